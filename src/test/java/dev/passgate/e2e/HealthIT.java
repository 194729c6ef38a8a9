package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.health.CoordinatorSeen;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway finds out of its clusters by asking them. */
class HealthIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final OriginResponse READY =
      OriginResponse.json(
          "{\"nodeVersion\":{\"version\":\"477\"},\"coordinator\":true,\"starting\":false,"
              + "\"coordinatorId\":\"abcde\"}");
  private static final OriginResponse OF_476 =
      OriginResponse.json("{\"coordinator\":true,\"starting\":false,\"uptime\":\"1.00s\"}");
  private static final OriginResponse STARTING =
      OriginResponse.json("{\"coordinator\":true,\"starting\":true}");

  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  private static LocalIssuer issuer;
  private static RecordingOrigin main;
  private static RecordingOrigin other;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    main = RecordingOrigin.start();
    other = RecordingOrigin.start();
    answer(main, STARTING);
    answer(other, OF_476);
    gateway =
        Gateway.inFrontOf(main.uri())
            .cluster("other", other.uri())
            .trust(issuer)
            .probing()
            .with("passgate.routing.balance", "round-robin")
            .adding(
                context ->
                    context.registerBean(
                        CoordinatorSeen.class,
                        () -> (cluster, id) -> SEEN.add(cluster.name() + " " + id)))
            .start();
    // Known once the start has ended: it waits for the first probes.
    assertThat(up("main")).isFalse();
    assertThat(up("other")).isTrue();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    main.close();
    other.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    main.reset();
    other.reset();
    answer(main, READY);
    answer(other, OF_476);
    awaitUp("main", true);
    awaitUp("other", true);
  }

  private static void answer(RecordingOrigin cluster, OriginResponse info) {
    cluster.respondWith(
        request -> request.target().equals("/v1/info") ? info : cluster.likeTrino(request));
  }

  private static boolean up(String cluster) {
    RawResponse metrics =
        RawHttp.exchange(
            gateway.managementUri(), GuardedOrigin.request("GET", "/actuator/prometheus"));
    return metrics.text().contains("passgate_cluster_up{cluster=\"" + cluster + "\"} 1.0");
  }

  private static void awaitUp(String cluster, boolean expected) {
    Poll.until(cluster + " up: " + expected, LIMIT, () -> up(cluster) == expected);
  }

  private static void post(int times) {
    for (int i = 0; i < times; i++) {
      RawResponse answer =
          RawHttp.exchange(gateway.uri(), Requests.post(issuer.token("alice").build(), "SELECT 1"));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
  }

  private static long statements(RecordingOrigin cluster) {
    return cluster.requests().stream().map(RecordedRequest::method).filter("POST"::equals).count();
  }

  @Test
  void clusterThatStartsGetsNothingUntilItHasStarted() {
    answer(main, STARTING);
    awaitUp("main", false);
    post(4);
    assertThat(statements(main)).isZero();
    assertThat(statements(other)).isEqualTo(4);

    answer(main, READY);
    awaitUp("main", true);
    post(4);
    assertThat(statements(main)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"starting\":null",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 302 Found\r\nLocation: /v1/info\r\nContent-Length: 0\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void clusterThatDoesNotAnswerAsACoordinatorIsDown(String info) {
    answer(main, OriginResponse.raw(info));
    awaitUp("main", false);
    post(2);
    assertThat(statements(other)).isEqualTo(2);
  }

  @Test
  void clusterThatAnswersTooMuchIsDown() {
    answer(main, OriginResponse.json("{\"starting\":false,\"x\":\"" + "x".repeat(20_000) + "\"}"));
    awaitUp("main", false);
  }

  @Test
  void saysThatNoClusterIsThereToTakeAQuery() {
    answer(main, STARTING);
    answer(other, STARTING);
    awaitUp("main", false);
    awaitUp("other", false);

    Requests.assertPassing(
        RawHttp.exchange(gateway.uri(), Requests.post(issuer.token("alice").build(), "SELECT 1")),
        503);
    assertThat(
            RawHttp.exchange(
                    gateway.managementUri(),
                    GuardedOrigin.request("GET", "/actuator/health/readiness"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void tellsTheIdsOfCoordinators() {
    Poll.until("the id", LIMIT, () -> !SEEN.isEmpty());

    assertThat(SEEN).containsExactly("main abcde");
  }

  @Test
  void asksInTheNameOfNobody() {
    RecordedRequest probe = main.awaitRequests(1, LIMIT).getFirst();

    assertThat(probe.startLine()).isEqualTo("GET /v1/info HTTP/1.1");
    assertThat(probe.head()).doesNotContainIgnoringCase("x-trino").doesNotContain("Authorization");
  }
}
