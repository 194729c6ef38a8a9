package dev.passgate.testing.http;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the gateway and a real Trino on loopback, passes what both say, and does to chosen
 * exchanges what a healthy coordinator would not.
 */
public final class FaultProxy implements AutoCloseable {

  private static final int BACKLOG = 500;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long DRIBBLE_MILLIS = 200;

  /** What happens to an exchange. */
  public enum Fault {
    /** The request is read, and no answer comes. */
    SILENCE,
    /** The request is read, and the connection reset. */
    RESET,
    /** The connection is reset in the middle of the answer's body. */
    RESET_IN_BODY,
    /** The connection ends in the middle of the answer's body. */
    END_IN_BODY,
    /** The answer's head comes byte by byte. */
    DRIBBLED_HEAD,
    /** The answer's body comes byte by byte. */
    DRIBBLED_BODY,
    /** After the first chunk comes something that is no chunk. */
    BROKEN_CHUNKING,
    /** An answer comes before the request's body was read. */
    EARLY_ANSWER
  }

  private final InetSocketAddress target;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Set<Socket> faulty = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ServerSocket listener;
  private volatile Predicate<String> chosen = _ -> false;
  private volatile Fault fault = Fault.RESET;
  private volatile boolean reused;

  private FaultProxy(URI target) {
    this.target = new InetSocketAddress(target.getHost(), target.getPort());
    // A port that stays free while nobody listens.
    this.port = LoopbackPort.free();
  }

  public static FaultProxy inFrontOf(URI target) {
    FaultProxy proxy = new FaultProxy(target);
    proxy.restart();
    return proxy;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Does something to every exchange from now on whose request's head is chosen. */
  public void fail(Fault with, Predicate<String> requestHead) {
    fault = with;
    chosen = requestHead;
  }

  /** Passes everything again. */
  public void heal() {
    chosen = _ -> false;
  }

  /** Ends every connection, and refuses new ones. */
  public void stop() {
    ServerSocket open = listener;
    listener = null;
    if (open != null) {
      closeQuietly(open);
    }
    connections.forEach(FaultProxy::reset);
  }

  /** Listens again, on the same port. */
  public void restart() {
    stop();
    Poll.until("port " + port, LIMIT, this::listen);
  }

  private boolean listen() throws IOException {
    ServerSocket again = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    listener = again;
    threads.execute(() -> accept(again));
    return true;
  }

  /** How many connections with a fault are still open. */
  public int faultyConnections() {
    return faulty.size();
  }

  /** Whether a request came on a connection after an exchange with a fault. */
  public boolean wasReused() {
    return reused;
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }

  private void accept(ServerSocket open) {
    while (!open.isClosed()) {
      try {
        Socket socket = open.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException | RejectedExecutionException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket()) {
      server.connect(target);
      server.setTcpNoDelay(true);
      connections.add(server);
      try {
        pass(client, server);
      } finally {
        connections.remove(server);
      }
    } catch (IOException e) {
      // one side is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(client);
      faulty.remove(client);
    }
  }

  private void pass(Socket client, Socket server) throws IOException, InterruptedException {
    InputStream requests = new BufferedInputStream(client.getInputStream());
    InputStream answers = new BufferedInputStream(server.getInputStream());
    while (true) {
      String head = HttpBytes.readHead(requests);
      if (head == null) {
        return;
      }
      Fault now = chosen.test(head) ? fault : null;
      if (now != null) {
        faulty.add(client);
      }
      if (now == Fault.EARLY_ANSWER) {
        send(
            client,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nearly");
        // Whatever comes now is the rest of the request, or a request that should not be here.
        reused |=
            new String(requests.readAllBytes(), StandardCharsets.ISO_8859_1).contains("HTTP/");
        return;
      }
      byte[] body = body(requests, head, true);
      if (now == Fault.SILENCE) {
        awaitEnd(requests);
        return;
      }
      if (now == Fault.RESET) {
        reset(client);
        return;
      }
      OutputStream out = server.getOutputStream();
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      out.write(framed(head, body));
      out.flush();
      String answer = HttpBytes.readHead(answers);
      if (answer == null) {
        return;
      }
      byte[] content = body(answers, answer, !head.startsWith("HEAD "));
      if (now == null) {
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().write(framed(answer, content));
        client.getOutputStream().flush();
      } else {
        spoil(now, client, answer, content);
        awaitEnd(requests);
        return;
      }
    }
  }

  private static void spoil(Fault fault, Socket client, String head, byte[] content)
      throws IOException, InterruptedException {
    byte[] half = Arrays.copyOf(content, content.length / 2);
    OutputStream out = client.getOutputStream();
    switch (fault) {
      case RESET_IN_BODY -> {
        send(client, withLength(head, content.length));
        out.write(half);
        out.flush();
        // A reset overtakes what was not read yet.
        Thread.sleep(DRIBBLE_MILLIS);
        reset(client);
      }
      case END_IN_BODY -> {
        send(client, withLength(head, content.length));
        out.write(half);
        client.close();
      }
      case BROKEN_CHUNKING -> {
        send(client, without(head, "content-length", "transfer-encoding"));
        send(
            client,
            "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(half.length) + "\r\n");
        out.write(half);
        send(client, "\r\nno chunk\r\n");
      }
      case DRIBBLED_HEAD -> dribble(out, head.getBytes(StandardCharsets.ISO_8859_1));
      case DRIBBLED_BODY -> {
        send(client, withLength(head, content.length));
        dribble(out, content);
      }
      case SILENCE, RESET, EARLY_ANSWER -> throw new IllegalStateException(fault.name());
    }
  }

  private static void dribble(OutputStream out, byte[] bytes)
      throws IOException, InterruptedException {
    for (byte next : bytes) {
      out.write(next);
      out.flush();
      Thread.sleep(DRIBBLE_MILLIS);
    }
  }

  /** Waits until the gateway ends the connection, and notes if it asks something instead. */
  private void awaitEnd(InputStream requests) throws IOException {
    if (requests.read() >= 0) {
      reused = true;
    }
  }

  private static byte[] body(InputStream in, String head, boolean allowed) throws IOException {
    List<String> lines = HttpBytes.lines(head);
    if (!allowed || lines.getFirst().contains(" 204 ") || lines.getFirst().contains(" 304 ")) {
      return new byte[0];
    }
    return HttpBytes.isChunked(lines)
        ? HttpBytes.readChunked(in)
        : HttpBytes.readFixed(in, HttpBytes.contentLength(lines).orElse(0));
  }

  /** A body as the head says that it comes. */
  private static byte[] framed(String head, byte[] body) {
    if (!HttpBytes.isChunked(HttpBytes.lines(head))) {
      return body;
    }
    String size = body.length == 0 ? "" : Integer.toHexString(body.length) + "\r\n";
    byte[] start = size.getBytes(StandardCharsets.US_ASCII);
    byte[] end =
        (body.length == 0 ? "0\r\n\r\n" : "\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(start, start.length + body.length + end.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    System.arraycopy(end, 0, all, start.length + body.length, end.length);
    return all;
  }

  private static String withLength(String head, int length) {
    return without(head, "content-length", "transfer-encoding")
        + "Content-Length: "
        + length
        + "\r\n\r\n";
  }

  /** A head without some of its lines, and without the empty one. */
  private static String without(String head, String... names) {
    return HttpBytes.lines(head).stream()
            .filter(
                line ->
                    Arrays.stream(names)
                        .noneMatch(name -> line.toLowerCase(Locale.ROOT).startsWith(name + ":")))
            .collect(Collectors.joining("\r\n"))
        + "\r\n";
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    client.getOutputStream().flush();
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // closed already
    }
    closeQuietly(socket);
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // closed enough
    }
  }
}
