package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What SIGTERM does to a gateway in a process of its own. */
@BesideOthers
class TerminationIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** 128 and the number of SIGTERM, as of each JVM that it ends. */
  private static final int TERMINATED = 143;

  private RecordingOrigin origin;
  private LocalIssuer issuer;

  @BeforeEach
  void start() {
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
  }

  @AfterEach
  void stop() {
    issuer.close();
    origin.close();
  }

  @Test
  void finishesWhatRunsAndEndsWithoutComplaints() {
    CountDownLatch rest = new CountDownLatch(1);
    origin.respondWith(
        _ ->
            OriginResponse.chunked(200, "Content-Type: application/json")
                .thenChunk("{\"id\":\"1\",")
                .thenAwait(rest)
                .thenChunk("\"stats\":{}}")
                .thenEnd());
    try (GatewayProcess gateway =
            GatewayProcess.start(Gateway.inFrontOf(origin.uri()).trust(issuer));
        RawHttp client = RawHttp.connect(gateway.uri()).limit(LIMIT);
        RawHttp idle = RawHttp.connect(gateway.uri())) {
      client.send(Requests.of("GET", Requests.POLL, issuer.token("alice").build()));
      client.readHead();

      gateway.terminate();
      Poll.until("readiness", LIMIT, () -> !gateway.isReady());
      assertThat(idle.isClosedWithin(LIMIT)).isTrue();
      rest.countDown();

      assertThat(client.readToEnd()).endsWith("0\r\n\r\n").contains("\"stats\":{}}");
      assertThat(gateway.awaitEnd(LIMIT)).isEqualTo(TERMINATED);
      assertThat(gateway.log())
          .contains("Shutting down", "requests=\"1\"")
          .contains("The service to clients has ended", "answered=\"1\" cut=\"0\"")
          .doesNotContain("Exception", "\tat ", " WARN ", "ERROR");
    }
  }

  @Test
  void cutsWhatTakesTooLong() {
    CountDownLatch never = new CountDownLatch(1);
    origin.respondWith(
        _ ->
            OriginResponse.chunked(200, "Content-Type: application/json")
                .thenChunk("{\"id\":\"1\",")
                .thenAwait(never));
    try (GatewayProcess gateway =
            GatewayProcess.start(
                Gateway.inFrontOf(origin.uri())
                    .trust(issuer)
                    .with("passgate.shutdown.timeout", "500ms"));
        RawHttp client = RawHttp.connect(gateway.uri()).limit(LIMIT)) {
      client.send(Requests.of("GET", Requests.POLL, issuer.token("alice").build()));
      client.readHead();

      gateway.terminate();
      assertThat(client.readToEnd()).contains("{\"id\":\"1\",").doesNotContain("0\r\n\r\n");
      assertThat(gateway.awaitEnd(LIMIT)).isEqualTo(TERMINATED);
      assertThat(gateway.log())
          .contains("passgate.shutdown.timeout is over", "cut=\"1\"")
          .doesNotContain("Exception", "\tat ");
    }
  }
}
