package dev.passgate.testing.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection of a client that sends whatever bytes it is given. Every read has a limit, ten
 * seconds unless said otherwise.
 */
public final class RawHttp implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Socket socket;
  private final InputStream in;

  /** The side that accepted a connection, which reads requests and sends responses. */
  RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects to the host and port of a URI. */
  public static RawHttp connect(URI uri) {
    try {
      return new RawHttp(open(uri));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + uri, e);
    }
  }

  /** Connects with TLS, and checks neither name nor trust beyond what the context does. */
  public static RawHttp connect(URI uri, SSLContext tls) {
    try {
      Socket plain = open(uri);
      SSLSocket socket =
          (SSLSocket)
              tls.getSocketFactory().createSocket(plain, uri.getHost(), uri.getPort(), true);
      socket.startHandshake();
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + uri, e);
    }
  }

  /** Sends one request on a connection of its own and reads one response. */
  public static RawResponse exchange(URI uri, String request) {
    try (RawHttp connection = connect(uri)) {
      return connection.send(request).read();
    }
  }

  /** Sends characters as one byte each. */
  public RawHttp send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send to " + socket.getRemoteSocketAddress(), e);
    }
  }

  /** Says that nothing more will be sent, and goes on reading. */
  public RawHttp finishSending() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close one way", e);
    }
  }

  /** Closes so that the peer sees a reset instead of an end. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reset", e);
    }
    close();
  }

  /** Sets the limit of each read. */
  public RawHttp limit(Duration limit) {
    try {
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set a limit", e);
    }
  }

  /** Reads one response to a request that allows it a body. */
  public RawResponse read() {
    return read(true);
  }

  /** Reads one response to a HEAD: Content-Length is there, and no content. */
  public RawResponse readHeadOnly() {
    return read(false);
  }

  private RawResponse read(boolean bodyAllowed) {
    try {
      String head = HttpBytes.readHead(in);
      if (head == null) {
        throw new EOFException("closed without a response");
      }
      byte[] content = bodyAllowed ? body(head) : new byte[0];
      return new RawResponse(head, new String(content, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException("no response from " + socket.getRemoteSocketAddress(), e);
    }
  }

  private byte[] body(String head) throws IOException {
    List<String> lines = HttpBytes.lines(head);
    int status = Integer.parseInt(lines.getFirst().split(" ", -1)[1]);
    if (status < 200 || status == 204 || status == 304) {
      return new byte[0];
    }
    if (HttpBytes.isChunked(lines)) {
      return HttpBytes.readChunked(in);
    }
    var length = HttpBytes.contentLength(lines);
    return length.isPresent() ? HttpBytes.readFixed(in, length.get()) : in.readAllBytes();
  }

  /** Reads the head of a message, with the empty line after it. */
  public String readHead() {
    try {
      String head = HttpBytes.readHead(in);
      if (head == null) {
        throw new EOFException("closed without a head");
      }
      return head;
    } catch (IOException e) {
      throw new UncheckedIOException("no head from " + socket.getRemoteSocketAddress(), e);
    }
  }

  /** Reads exactly so many bytes. */
  public String readExactly(int count) {
    try {
      return new String(HttpBytes.readFixed(in, count), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("not as many bytes", e);
    }
  }

  /** Reads all that comes until the peer ends the connection, in whichever way it does. */
  public String readToEnd() {
    StringBuilder text = new StringBuilder();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        text.append((char) next);
      }
    } catch (SocketTimeoutException e) {
      throw new UncheckedIOException("the connection does not end after: " + text, e);
    } catch (IOException e) {
      // reset
    }
    return text.toString();
  }

  /** Reads the next bytes that come, at most as many as asked for; for looking into a stream. */
  public String readSome(int most) {
    try {
      byte[] bytes = new byte[most];
      int count = in.read(bytes);
      return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing to read", e);
    }
  }

  /** Whether the peer ends the connection within a time, without another byte. */
  public boolean isClosedWithin(Duration time) {
    try {
      socket.setSoTimeout(Math.toIntExact(time.toMillis()));
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // closed enough
    }
  }

  private static Socket open(URI uri) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(
        new InetSocketAddress(uri.getHost(), uri.getPort()), Math.toIntExact(LIMIT.toMillis()));
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
    return socket;
  }
}
