package dev.passgate.testing.http;

import dev.passgate.testing.Poll;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * An origin server on loopback, on bare sockets: it keeps every byte of the requests and writes
 * exactly the bytes it was told to. Untold, it answers as a Trino whose statements end after one
 * more page.
 */
public final class RecordingOrigin implements AutoCloseable {

  private static final int BACKLOG = 500;

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final Queue<OriginResponse> script = new ConcurrentLinkedQueue<>();
  private volatile Function<RecordedRequest, OriginResponse> otherwise = this::likeTrino;

  private RecordingOrigin(ServerSocket listener) {
    this.listener = listener;
  }

  public static RecordingOrigin start() {
    return start(ServerSocketFactory.getDefault());
  }

  /** Starts one that speaks TLS. */
  public static RecordingOrigin start(SSLContext tls) {
    return start(tls.getServerSocketFactory());
  }

  private static RecordingOrigin start(ServerSocketFactory sockets) {
    try {
      RecordingOrigin origin =
          new RecordingOrigin(
              sockets.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
      origin.threads.execute(origin::accept);
      return origin;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback", e);
    }
  }

  public URI uri() {
    String scheme = listener instanceof SSLServerSocket ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
  }

  /** Answers the next request that has no answer yet. */
  public RecordingOrigin enqueue(OriginResponse response) {
    script.add(response);
    return this;
  }

  /** Answers all requests for which nothing is enqueued. */
  public RecordingOrigin respondWith(Function<RecordedRequest, OriginResponse> responses) {
    otherwise = responses;
    return this;
  }

  /** All requests so far, oldest first. */
  public List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  /** The requests so far as soon as there are as many as asked for. */
  public List<RecordedRequest> awaitRequests(int count, Duration limit) {
    Poll.until(
        count + " requests",
        limit,
        () -> requests.size() >= count,
        () -> "there were " + requests.size());
    return requests();
  }

  /** Forgets requests and responses; connections stay. */
  public void reset() {
    requests.clear();
    script.clear();
    otherwise = this::likeTrino;
  }

  /** How many connections were accepted since the start. */
  public int connectionsAccepted() {
    return accepted.get();
  }

  /** How many connections are open now. */
  public int connectionsOpen() {
    return connections.size();
  }

  @Override
  public void close() {
    closeQuietly(listener);
    connections.forEach(RecordingOrigin::closeQuietly);
    threads.shutdownNow();
  }

  /**
   * The default: a POST gets a page with a nextUri at the Host it named, all else the last page.
   */
  public OriginResponse likeTrino(RecordedRequest request) {
    String host = request.headers("Host").stream().findFirst().orElse("localhost");
    String base = uri().getScheme() + "://" + host;
    String id = "20260101_000000_00000_abcde";
    String start = "{\"id\":\"" + id + "\",\"infoUri\":\"" + base + "/ui/query.html?" + id + "\",";
    String end = "\"stats\":{\"state\":\"FINISHED\"},\"warnings\":[]}";
    if (request.method().equals("POST")) {
      String next = base + "/v1/statement/queued/" + id + "/y0123456789abcdef/1";
      return OriginResponse.json(start + "\"nextUri\":\"" + next + "\"," + end);
    }
    if (request.method().equals("HEAD")) {
      return OriginResponse.raw(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
    }
    if (request.method().equals("DELETE")) {
      return OriginResponse.raw("HTTP/1.1 204 No Content\r\n\r\n");
    }
    String columns =
        "\"columns\":[{\"name\":\"_col0\",\"type\":\"integer\",\"typeSignature\":"
            + "{\"rawType\":\"integer\",\"arguments\":[]}}],\"data\":[[1]],";
    return OriginResponse.json(start + columns + end);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        int number = accepted.incrementAndGet();
        threads.execute(() -> serve(socket, number));
      } catch (IOException | RejectedExecutionException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      boolean open = true;
      while (open) {
        RecordedRequest request = read(in, out, number);
        if (request == null) {
          return;
        }
        requests.add(request);
        OriginResponse next = script.poll();
        open = write(next == null ? otherwise.apply(request) : next, socket, out);
      }
    } catch (IOException e) {
      // the other side is gone, which is its right
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(socket);
    }
  }

  private static @Nullable RecordedRequest read(InputStream in, OutputStream out, int number)
      throws IOException {
    String head = HttpBytes.readHead(in);
    if (head == null) {
      return null;
    }
    List<String> lines = HttpBytes.lines(head);
    if (HttpBytes.values(lines, "Expect").contains("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    byte[] body =
        HttpBytes.isChunked(lines)
            ? HttpBytes.readChunked(in)
            : HttpBytes.readFixed(in, HttpBytes.contentLength(lines).orElse(0));
    return new RecordedRequest(number, head, new String(body, StandardCharsets.ISO_8859_1));
  }

  private static boolean write(OriginResponse response, Socket socket, OutputStream out)
      throws IOException, InterruptedException {
    for (OriginResponse.Step step : response.steps()) {
      switch (step) {
        case OriginResponse.Bytes(String bytes) -> {
          out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
        }
        case OriginResponse.Gate(var latch) -> latch.await();
        case OriginResponse.Close() -> {
          return false;
        }
        case OriginResponse.Reset() -> {
          socket.setSoLinger(true, 0);
          return false;
        }
      }
    }
    return true;
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // closed enough
    }
  }
}
