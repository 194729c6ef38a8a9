package dev.passgate.testing.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** An origin on loopback whose every step a test takes itself: for the middle of a message. */
public final class ManualOrigin implements AutoCloseable {

  private static final int LIMIT_MILLIS = 10_000;

  private final ServerSocket listener;

  private ManualOrigin(ServerSocket listener) {
    this.listener = listener;
  }

  public static ManualOrigin start() {
    try {
      ServerSocket listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
      listener.setSoTimeout(LIMIT_MILLIS);
      return new ManualOrigin(listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback", e);
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The next connection. Every wait for it, and on it, has a limit of ten seconds. */
  public RawHttp accept() {
    try {
      Socket socket = listener.accept();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(LIMIT_MILLIS);
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new UncheckedIOException("nobody connects", e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // closed enough
    }
  }
}
