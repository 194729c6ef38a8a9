package dev.passgate.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.ManualOrigin;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that take what they do not use: answers that they do not read, and connections. */
@BesideOthers
class StalledClientIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int STALLED = 20;
  private static final int IDLE = 10_000;

  /** Netty refuses buffers beyond the gateway's 64 MB, which would fail the other client. */
  private static final String[] OPTIONS = {
    "-Xmx192m", "-XX:MaxDirectMemorySize=64m", "-XX:TieredStopAtLevel=1"
  };

  /** What is in Reactor Netty's queues and in the way, at most, for each answer that stalls. */
  private static final long HEAP_PER_STALLED = 1 << 20;

  /** Of rows, of which a page is asked for when the one before was taken. */
  private static final long HEAP_PER_STALLED_ROWS = 768 << 10;

  private static final long HEAP_PER_IDLE = 12 << 10;

  private static final String LARGE = "/v1/statement/executing/large";
  private static final String ROWS = "/v1/statement/executing/20260101_000000_00001_aaaaa/y/1";
  private static final String QUEUED =
      "{\"id\":\"20260101_000000_00001_aaaaa\",\"nextUri\":\"http://localhost" + ROWS + "\"}";
  private static final String FIRST_ROW =
      "{\"id\":\"20260101_000000_00001_aaaaa\",\"columns\":[{\"name\":\"a\",\"type\":\"varchar\","
          + "\"typeSignature\":{\"rawType\":\"varchar\",\"arguments\":[]}}],\"data\":[";
  private static final long GIGABYTES = 4L << 30;

  private static ManualOrigin origin;
  private static LocalIssuer issuer;
  private static GatewayProcess gateway;
  private static String token;

  private static final AtomicBoolean ended = new AtomicBoolean();
  private static final AtomicLong written = new AtomicLong();
  private static final AtomicInteger cancelled = new AtomicInteger();

  private final List<RawHttp> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    origin = ManualOrigin.start();
    Thread.ofVirtual().start(StalledClientIT::serve);
    issuer = LocalIssuer.start("acme");
    gateway = GatewayProcess.start(Gateway.inFrontOf(origin.uri()).trust(issuer), OPTIONS);
    token = issuer.token("alice").build();
    Poll.until("an answer", LIMIT, () -> small(1) == 200);
    small(200);
  }

  @AfterAll
  static void stop() {
    ended.set(true);
    gateway.close();
    issuer.close();
    origin.close();
  }

  @AfterEach
  void disconnect() {
    clients.forEach(RawHttp::close);
    // What is left of them would be in the next test's heap.
    clients.clear();
    Poll.until("all connections to have ended", LIMIT, () -> gateway.connections() == 0);
  }

  private static void serve() {
    while (!ended.get()) {
      try {
        RawHttp connection = origin.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (UncheckedIOException e) {
        // nobody came for a while, or it is over
      }
    }
  }

  private static void serve(RawHttp connection) {
    String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    byte[] part = ("[\"" + "x".repeat((64 << 10) - 5) + "\"],").getBytes(US_ASCII);
    try (connection) {
      connection.limit(LIMIT);
      while (true) {
        String request = connection.readHead();
        if (request.contains("DELETE /v1/statement")) {
          cancelled.incrementAndGet();
          connection.send("HTTP/1.1 204 No Content\r\n\r\n");
          continue;
        }
        if (request.contains("POST /v1/statement")) {
          connection.send(head + QUEUED.length() + "\r\n\r\n" + QUEUED);
          continue;
        }
        if (!request.contains(LARGE) && !request.contains(ROWS)) {
          connection.send(head + "2\r\n\r\n{}");
          continue;
        }
        connection.send(head + GIGABYTES + "\r\n\r\n");
        if (request.contains(ROWS)) {
          connection.send(FIRST_ROW);
        }
        for (long sent = 0; sent < GIGABYTES; sent += part.length) {
          connection.send(part);
          written.addAndGet(part.length);
        }
      }
    } catch (UncheckedIOException e) {
      // the gateway left
    }
  }

  /** The status of the last of so many requests, all of which must be answered. */
  private static int small(int requests) {
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      int status = 0;
      for (int i = 0; i < requests; i++) {
        status = client.send(Requests.of("GET", Requests.POLL, token)).read().status();
      }
      return status;
    }
  }

  @Test
  void answersThatNobodyReadsCostLittleAndDisturbNobody() {
    assertStalledCost(HEAP_PER_STALLED, number -> Requests.of("GET", LARGE + number, token));
  }

  @Test
  void rowsThatNobodyReadsCostLittleAndDisturbNobody() {
    String sql = "{\"sql\":\"SELECT 1\"}";
    String request =
        Requests.head(
                "POST",
                "/query",
                token,
                new String[] {"Content-Type: application/json", "Accept: application/x-ndjson"},
                "Content-Length: " + sql.length())
            + sql;
    assertStalledCost(HEAP_PER_STALLED_ROWS, _ -> request);

    clients.forEach(RawHttp::close);
    Poll.until("all queries to be cancelled", LIMIT, () -> cancelled.get() == STALLED);
  }

  private void assertStalledCost(long most, IntFunction<String> requests) {
    long before = gateway.liveHeap();
    long writtenBefore = written.get();
    for (int i = 0; i < STALLED; i++) {
      RawHttp client = RawHttp.connect(gateway.uri());
      clients.add(client);
      assertThat(client.send(requests.apply(i)).readHead()).startsWith("HTTP/1.1 200 ");
    }
    // Ten looks, a tenth of a second apart, at the same number.
    long[] last = {-1, 0};
    Poll.until(
        "the cluster to be held up",
        LIMIT,
        () -> {
          long now = written.get();
          last[1] = now == last[0] ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] == 10;
        });

    assertThat(small(200)).isEqualTo(200);
    assertThat(gateway.liveHeap() - before)
        .as("bytes for %s answers", STALLED)
        .isLessThan(STALLED * most);
    assertThat(written.get() - writtenBefore).isBetween(STALLED * (64L << 10), GIGABYTES);
  }

  @Test
  void connectionsThatNobodyUsesCostLittleAndDisturbNobody() {
    long before = gateway.liveHeap();
    for (int i = 0; i < IDLE; i++) {
      clients.add(RawHttp.connect(gateway.uri()));
    }
    String health = Requests.of("GET", "/health", "");
    for (RawHttp client : clients) {
      client.send(health);
    }
    for (RawHttp client : clients) {
      assertThat(client.limit(LIMIT).read().status()).isEqualTo(200);
    }

    assertThat(small(200)).isEqualTo(200);
    long grown = gateway.liveHeap() - before;
    assertThat(grown).as("bytes for %s connections", IDLE).isLessThan(IDLE * HEAP_PER_IDLE);
    assertThat(clients.getFirst().send(health).read().status()).isEqualTo(200);
  }
}
