package dev.passgate.testing.trino;

import dev.passgate.testing.LoopbackPort;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A real Trino that can be killed, and started again under the same address. */
public final class RestartableTrino implements TrinoInstance {

  private final TrinoSetup setup;
  private final int port;
  private @Nullable TrinoServer server;

  private RestartableTrino(TrinoSetup setup, int port) {
    this.setup = setup;
    this.port = port;
  }

  /** Starts one and waits until it answers a query. */
  public static RestartableTrino launch(TrinoSetup setup) {
    RestartableTrino trino = new RestartableTrino(setup, LoopbackPort.free());
    trino.start();
    return trino;
  }

  /** Starts it where it was, with nothing of what it knew, and waits until it answers a query. */
  public synchronized void start() {
    if (server == null) {
      server = TrinoServer.start(setup, port);
    }
  }

  /** Ends it at once, as a machine does that loses its power; a second time does nothing. */
  public synchronized void kill() {
    TrinoServer running = server;
    if (running != null) {
      server = null;
      running.process().kill();
      running.close();
    }
  }

  @Override
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public synchronized void close() {
    TrinoServer running = server;
    if (running != null) {
      server = null;
      running.close();
    }
  }
}
