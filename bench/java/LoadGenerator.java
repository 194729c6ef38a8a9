import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a fixed rate, or each of them once, and says how long the answers took.
 *
 * <p>Reads lines {@code PORT CONNECTIONS RATE SECONDS ENCODING FILE}; the file has a request a
 * line, as load.lua reads it. At a rate, requests are due at equal distances, and go to the
 * connections in turn; the file is gone through over and over. With the rate 0, each request is
 * sent once, as fast as the connections are free, and the seconds don't count.
 *
 * <p>A latency is that of the whole answer. It begins when the request is sent, or when it was due
 * if its connection was still waiting for an answer then: a server that stalls does not hide the
 * requests that it delays. That the thread of an idle connection woke up late is left out.
 */
final class LoadGenerator {

  private final int port;
  private final byte[][] requests;
  private final long intervalNanos;
  private final int total;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger badStatus = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();

  private LoadGenerator(int port, byte[][] requests, long intervalNanos, int total) {
    this.port = port;
    this.requests = requests;
    this.intervalNanos = intervalNanos;
    this.total = total;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ");
        int port = Integer.parseInt(words[0]);
        int rate = Integer.parseInt(words[2]);
        byte[][] requests = read(Path.of(words[5]), port, words[4]);
        int total = rate == 0 ? requests.length : rate * Integer.parseInt(words[3]);
        long interval = rate == 0 ? 0 : 1_000_000_000L / rate;
        System.out.println(
            new LoadGenerator(port, requests, interval, total).run(Integer.parseInt(words[1])));
      }
    }
  }

  private static byte[][] read(Path file, int port, String encoding) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    byte[][] requests = new byte[lines.size()][];
    for (int i = 0; i < requests.length; i++) {
      String[] parts = lines.get(i).split("\t", -1);
      String length = parts[3].isEmpty() ? "" : "Content-Length: " + parts[3].length() + "\r\n";
      requests[i] =
          String.format(
                  Locale.ROOT,
                  "%s %s HTTP/1.1\r%nHost: 127.0.0.1:%d\r%nUser-Agent: trino-cli/476\r%n"
                      + "Accept-Encoding: %s\r%nX-Trino-User: mallory\r%nAuthorization: %s\r%n"
                      + "%s\r%n%s",
                  parts[0],
                  parts[1],
                  port,
                  encoding,
                  parts[2],
                  length,
                  parts[3])
              .getBytes(StandardCharsets.US_ASCII);
    }
    return requests;
  }

  private String run(int connections) throws InterruptedException {
    long[][] latencies = new long[connections][];
    CountDownLatch connected = new CountDownLatch(connections);
    Thread[] threads = new Thread[connections];
    long[] start = new long[1];
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < connections; i++) {
      int number = i;
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Connection connection = new Connection(port)) {
                      connected.countDown();
                      go.await();
                      latencies[number] =
                          intervalNanos == 0
                              ? once(connection)
                              : atRate(connection, number, connections, start[0]);
                    } catch (IOException | InterruptedException | RuntimeException _) {
                      broken.incrementAndGet();
                      connected.countDown();
                    }
                  });
    }
    connected.await();
    start[0] = System.nanoTime() + 1_000_000;
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return report(latencies, System.nanoTime() - start[0]);
  }

  private long[] atRate(Connection connection, int number, int connections, long start)
      throws IOException {
    long[] taken = new long[(total - number + connections - 1) / connections];
    long free = start;
    for (int i = 0; i < taken.length; i++) {
      int request = number + i * connections;
      long due = start + request * intervalNanos;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      long began = free > due ? due : System.nanoTime();
      send(connection, request);
      free = System.nanoTime();
      taken[i] = free - began;
    }
    return taken;
  }

  private long[] once(Connection connection) throws IOException {
    long[] taken = new long[1024];
    int count = 0;
    for (int i = next.getAndIncrement(); i < total; i = next.getAndIncrement()) {
      if (count == taken.length) {
        taken = Arrays.copyOf(taken, count * 2);
      }
      long began = System.nanoTime();
      send(connection, i);
      taken[count++] = System.nanoTime() - began;
    }
    return Arrays.copyOf(taken, count);
  }

  private void send(Connection connection, int request) throws IOException {
    if (connection.exchange(requests[request % requests.length]) != 200) {
      badStatus.incrementAndGet();
    }
  }

  private String report(long[][] latencies, long nanos) {
    List<long[]> finished = new ArrayList<>();
    for (long[] some : latencies) {
      if (some != null) {
        finished.add(some);
      }
    }
    long[] all = finished.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "{\"requests\":%d,\"microseconds\":%d,\"p50\":%.1f,\"p99\":%.1f,\"most\":%.1f,"
            + "\"errors\":{\"status\":%d,\"broken\":%d}}",
        all.length,
        nanos / 1000,
        percentile(all, 0.5),
        percentile(all, 0.99),
        percentile(all, 1),
        badStatus.get(),
        broken.get());
  }

  /** In microseconds. */
  private static double percentile(long[] sorted, double share) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)] / 1e3;
  }

  /** A connection that is kept, with one request at a time. */
  private static final class Connection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int filled;

    Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }

    /** Returns the status, after all of the answer was read. */
    int exchange(byte[] request) throws IOException {
      out.write(request);
      String status = line();
      long length = 0;
      boolean chunked = false;
      for (String header = line(); !header.isEmpty(); header = line()) {
        if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
          length = Long.parseLong(header.substring(15).trim());
        } else if (header.regionMatches(true, 0, "Transfer-Encoding:", 0, 18)) {
          chunked = true;
        }
      }
      if (chunked) {
        for (long chunk = Long.parseLong(line(), 16); ; chunk = Long.parseLong(line(), 16)) {
          skip(chunk);
          line();
          if (chunk == 0) {
            break;
          }
        }
      } else {
        skip(length);
      }
      return Integer.parseInt(status.substring(9, 12));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int b = read(); b != '\n'; b = read()) {
        if (b != '\r') {
          line.append((char) b);
        }
      }
      return line.toString();
    }

    private int read() throws IOException {
      if (at == filled) {
        fill();
      }
      return buffer[at++];
    }

    private void skip(long count) throws IOException {
      for (long left = count; left > 0; ) {
        if (at == filled) {
          fill();
        }
        int some = (int) Math.min(left, filled - at);
        at += some;
        left -= some;
      }
    }

    private void fill() throws IOException {
      at = 0;
      filled = in.read(buffer);
      if (filled < 0) {
        filled = 0;
        throw new EOFException();
      }
    }
  }
}
