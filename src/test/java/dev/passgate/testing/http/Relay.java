package dev.passgate.testing.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Passes connections on to a server, and counts the bytes that go there. */
public final class Relay implements AutoCloseable {

  private final ServerSocket listener;
  private final URI server;
  private final AtomicLong sent = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Relay(ServerSocket listener, URI server) {
    this.listener = listener;
    this.server = server;
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  /** Starts one on a free port of loopback. */
  public static Relay to(URI server) {
    try {
      return new Relay(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), server);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen", e);
    }
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** How many bytes clients have sent to the server so far. */
  public long sent() {
    return sent.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void connect(Socket client) {
    try {
      Socket upstream = new Socket(server.getHost(), server.getPort());
      open.add(upstream);
      Thread.ofVirtual().start(() -> pass(client, upstream, sent));
      pass(upstream, client, new AtomicLong());
    } catch (IOException e) {
      close(client);
    }
  }

  private void pass(Socket from, Socket to, AtomicLong count) {
    byte[] buffer = new byte[1 << 14];
    try {
      InputStream in = from.getInputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        count.addAndGet(length);
        to.getOutputStream().write(buffer, 0, length);
      }
    } catch (IOException e) {
      // as good as the end
    }
    close(from);
    close(to);
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // closed enough
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // closed enough
    }
    open.forEach(this::close);
  }
}
