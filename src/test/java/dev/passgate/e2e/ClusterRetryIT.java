package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertPassing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.FaultProxy;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent a second time, and what is not. */
class ClusterRetryIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static RecordingOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static String token;

  private final CountDownLatch end = new CountDownLatch(1);

  @BeforeAll
  static void start() {
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway = Gateway.inFrontOf(origin.uri()).trust(issuer).start();
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
  }

  @AfterEach
  void reset() {
    end.countDown();
    origin.reset();
  }

  private static RawResponse ask(String method, String path) {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.of(method, path, token));
      return method.equals("HEAD") ? connection.readHeadOnly() : connection.read();
    }
  }

  private static OriginResponse reset(String sentBefore) {
    return OriginResponse.raw(sentBefore).thenReset();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void repeatsAPollWhoseConnectionBroke(String method) {
    origin.enqueue(reset("")).enqueue(OriginResponse.raw("").thenClose());

    assertThat(ask(method, Requests.POLL).status()).isIn(200, 204);
    assertThat(origin.requests())
        .hasSize(3)
        .allMatch(request -> request.startLine().equals(origin.requests().getFirst().startLine()))
        .allMatch(request -> request.headers("X-Trino-User").equals(List.of("alice")))
        .extracting(RecordedRequest::connection)
        .doesNotHaveDuplicates();
  }

  @Test
  void givesAPollUpAfterThreeTries() {
    origin.enqueue(reset("")).enqueue(reset("")).enqueue(reset("")).enqueue(reset(""));

    assertPassing(ask("GET", Requests.POLL), 502);
    assertThat(origin.requests()).hasSize(3);
  }

  @Test
  void doesNotRepeatAPollWhoseAnswerHasBegun() {
    origin.enqueue(
        reset("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhalf"));

    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.of("GET", Requests.POLL, token)).readToEnd();
    }
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void doesNotRepeatWhatChangesSomething() {
    origin.enqueue(reset("")).enqueue(reset(""));

    assertPassing(ask("DELETE", "/v1/query/" + Requests.QUERY_ID), 502);
    assertPassing(RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1")), 502);
    assertThat(origin.requests()).hasSize(2);
  }

  @Test
  void doesNotRepeatForAClientThatLeft() {
    origin.enqueue(OriginResponse.raw("").thenAwait(end).thenReset());
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.of("GET", Requests.POLL, token));
      origin.awaitRequests(1, LIMIT);
    }
    Poll.until("the end of the request to the cluster", LIMIT, () -> audited(499));
    end.countDown();

    assertThat(ask("GET", Requests.POLL).status()).isEqualTo(200);
    assertThat(origin.requests()).hasSize(2);
  }

  private static boolean audited(int status) {
    String metrics =
        RawHttp.exchange(
                gateway.managementUri(),
                "GET /actuator/prometheus HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .text();
    return metrics.contains("status=\"" + status + "\"");
  }

  @Test
  void newQueriesGoToAnotherClusterWhenOneCannotBeReached() {
    try (Gateway two =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.clusters.gone.url", "http://127.0.0.1:" + LoopbackPort.free())
            .start()) {
      for (int i = 0; i < 4; i++) {
        assertThat(RawHttp.exchange(two.uri(), Requests.post(token, "select " + i)).status())
            .isEqualTo(200);
      }
    }
    assertThat(origin.requests())
        .extracting(RecordedRequest::text)
        .containsExactly("select 0", "select 1", "select 2", "select 3");
  }

  @Test
  void coordinatorThatRestartsCostsNoPoll() {
    try (FaultProxy coordinator = FaultProxy.inFrontOf(origin.uri());
        Gateway behind = Gateway.inFrontOf(coordinator.uri()).trust(issuer).start()) {
      String poll = Requests.of("GET", Requests.POLL, token);
      List<RawHttp> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(RawHttp.connect(behind.uri()));
      }
      for (int round = 0; round < 3; round++) {
        clients.forEach(client -> client.send(poll));
        clients.forEach(client -> assertThat(client.read().status()).isEqualTo(200));
        coordinator.restart();
      }
      coordinator.stop();
      RawResponse refused = clients.getFirst().send(poll).read();
      assertPassing(refused, 503);
      assertPassing(RawHttp.exchange(behind.uri(), Requests.post(token, "select 1")), 503);
      coordinator.restart();
      clients.forEach(client -> client.send(poll));
      clients.forEach(client -> assertThat(client.read().status()).isEqualTo(200));
      clients.forEach(RawHttp::close);
    }
  }
}
