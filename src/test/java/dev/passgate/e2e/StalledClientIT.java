package dev.passgate.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that take what they do not use: answers that they do not read, and connections. */
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

  private static final long HEAP_PER_IDLE = 12 << 10;

  private static final String LARGE = "/v1/statement/executing/large";
  private static final long GIGABYTES = 4L << 30;

  private static ManualOrigin origin;
  private static LocalIssuer issuer;
  private static GatewayProcess gateway;
  private static String token;

  private static final AtomicBoolean ended = new AtomicBoolean();
  private static final AtomicLong written = new AtomicLong();

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
        if (!connection.readHead().contains(LARGE)) {
          connection.send(head + "2\r\n\r\n{}");
          continue;
        }
        connection.send(head + GIGABYTES + "\r\n\r\n");
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
    long before = gateway.liveHeap();
    for (int i = 0; i < STALLED; i++) {
      RawHttp client = RawHttp.connect(gateway.uri());
      clients.add(client);
      client.send(Requests.of("GET", LARGE + i, token)).readHead();
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
    assertThat(gateway.liveHeap() - before).isLessThan(STALLED * HEAP_PER_STALLED);
    assertThat(written.get()).isLessThan(GIGABYTES);
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
