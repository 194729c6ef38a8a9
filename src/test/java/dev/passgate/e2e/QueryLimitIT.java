package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertPassing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users who start more queries than they may. Each test is another user's. */
class QueryLimitIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway gateway;
  private static Gateway rated;

  private RunningStatements statements;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.queries-per-user", 2)
            .start();
    rated =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.new-queries-per-user.rate", 1)
            .with("passgate.limits.new-queries-per-user.burst", 3)
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    rated.close();
    origin.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    origin.reset();
    statements = new RunningStatements(origin);
  }

  private static String token(String user) {
    return issuer.token(user).build();
  }

  private static RawResponse post(String token) {
    return RunningStatements.post(gateway.uri(), token);
  }

  private static RawResponse ask(String method, String path, String token) {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.of(method, path, token));
      return method.equals("HEAD") ? connection.readHeadOnly() : connection.read();
    }
  }

  /** Starts as many queries as the user may, and tells where they go on. */
  private static List<String> fill(String token) {
    List<String> paths =
        Stream.of(1, 2)
            .map(
                _ -> {
                  RawResponse answer = post(token);
                  assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                  return RunningStatements.next(answer);
                })
            .toList();
    assertRefused(post(token));
    return paths;
  }

  private static void assertRefused(RawResponse answer) {
    assertPassing(answer, 429);
    assertThat(Requests.said(answer))
        .isEqualTo(
            "too many queries of this user are running: 2 of 2"
                + " (passgate.limits.queries-per-user)");
  }

  private static void assertFreed(String token) {
    assertThat(post(token).status()).isEqualTo(200);
    assertRefused(post(token));
  }

  private static List<String> refusals(CapturedLog log, String user) {
    return log.of("passgate.audit").stream()
        .filter(line -> line.contains("\"event\":\"refusal\""))
        .filter(line -> line.contains("\"user\":\"" + user + "\""))
        .toList();
  }

  @Test
  void refusesOneTooManyOfAUserAndOfNobodyElse() {
    try (CapturedLog log = CapturedLog.open()) {
      // A user of its own: the last lines of the tests before may come late.
      String alice = token("alba");
      List<String> paths = fill(alice);
      assertThat(origin.requests()).hasSize(2);

      assertThat(post(token("bob")).status()).isEqualTo(200);
      assertThat(ask("GET", paths.getFirst(), alice).status()).isEqualTo(200);
      assertThat(ask("HEAD", paths.getFirst(), alice).status()).isEqualTo(200);
      assertThat(ask("HEAD", "/v1/statement", alice).status()).isEqualTo(200);
      assertRefused(post(alice));

      Poll.until("the audit", LIMIT, () -> refusals(log, "alba").size() >= 2);
      assertThat(refusals(log, "alba"))
          .hasSize(2)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains(
                          "\"issuer\":\"acme\",\"user\":\"alba\"",
                          "\"outcome\":\"refused\",\"reason\":\"TOO_MANY_QUERIES\"",
                          "\"status\":429"));
    }
    RawResponse metrics =
        RawHttp.exchange(gateway.managementUri(), Requests.of("GET", "/actuator/prometheus", ""));
    assertThat(metrics.text())
        .contains("passgate_limited_total{limit=\"queries-per-user\"} ")
        .containsPattern("passgate_queries_running\\{cluster=\"main\"} [1-9]");
  }

  @Test
  void letsTheNextOneInAfterTheLastPage() {
    String token = token("carol");
    List<String> paths = fill(token);
    statements.finish(paths.getFirst());

    assertThat(ask("GET", paths.getFirst(), token).text()).doesNotContain("nextUri");

    assertFreed(token);
  }

  @Test
  void letsTheNextOneInAfterOneWasCancelled() {
    String token = token("dave");
    assertThat(ask("DELETE", fill(token).getLast(), token).status()).isEqualTo(204);

    assertFreed(token);
  }

  @Test
  void letsTheNextOneInAfterTheClusterForgotOne() {
    String token = token("erin");
    String path = fill(token).getFirst();
    origin.enqueue(OriginResponse.of(404, "Query not found"));
    assertThat(ask("GET", path, token).status()).isEqualTo(404);

    assertFreed(token);
  }

  @Test
  void keepsThePlacesOfQueriesThatGoOn() {
    String token = token("frank");
    String path = fill(token).getFirst();

    // an older page, one stage, and answers that say nothing of the query
    origin.enqueue(OriginResponse.of(410, "gone"));
    assertThat(ask("GET", path, token).status()).isEqualTo(410);
    String stage = path.replaceFirst("/executing/([^/]+)/", "/executing/partialCancel/$1/0/");
    assertThat(ask("DELETE", stage, token).status()).isEqualTo(204);
    origin.enqueue(OriginResponse.of(503, "{}"));
    assertThat(ask("GET", path, token).status()).isEqualTo(503);
    origin.enqueue(
        OriginResponse.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}").thenClose());
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.of("GET", path, token)).readToEnd();
    }
    assertThat(ask("GET", path + "%", token).status()).isEqualTo(400);

    assertRefused(post(token));
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "200", "reset"})
  void givesThePlaceBackOfAStatementThatBecomesNoQuery(String outcome) {
    String token = token("grace-" + outcome);
    for (int i = 0; i < 3; i++) {
      origin.enqueue(
          outcome.equals("reset")
              ? OriginResponse.raw("HTTP/1.1 2").thenReset()
              : OriginResponse.of(
                  Integer.parseInt(outcome), "{\"error\":{}}", "Content-Type: application/json"));
      assertThat(post(token).status()).isNotEqualTo(429);
    }

    fill(token);
  }

  @Test
  void letsNoMoreInAtTheSameTime() throws Exception {
    String token = token("heidi");
    CountDownLatch gate = new CountDownLatch(1);
    byte[] rest = "Content-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    origin.respondWith(
        _ -> OriginResponse.raw("HTTP/1.1 500 No\r\n").thenAwait(gate).thenRaw(rest));

    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> statuses =
          Stream.generate(() -> clients.submit(() -> post(token).status())).limit(10).toList();
      Poll.until(
          "eight to be refused",
          LIMIT,
          () -> statuses.stream().filter(Future::isDone).count() == 8);
      gate.countDown();
      int refused = 0;
      for (Future<Integer> status : statuses) {
        refused += status.get() == 429 ? 1 : 0;
      }
      assertThat(refused).isEqualTo(8);
    }
    assertThat(origin.requests()).hasSize(2);
    statements = new RunningStatements(origin);
    fill(token);
  }

  @Test
  void givesThePlaceBackOfAClientThatGoes() {
    String token = token("ivan");
    CountDownLatch gate = new CountDownLatch(1);
    origin.respondWith(_ -> OriginResponse.raw("HTTP/1.1 2").thenAwait(gate));
    for (int i = 0; i < 2; i++) {
      try (RawHttp connection = RawHttp.connect(gateway.uri())) {
        connection.send(Requests.post(token, "SELECT 1"));
        origin.awaitRequests(i + 1, LIMIT);
      }
    }
    gate.countDown();
    statements = new RunningStatements(origin);

    Poll.until("a place", LIMIT, () -> post(token).status() == 200);
  }

  @Test
  void limitsHowManyAUserStarts() {
    String token = token("judy");
    int accepted = 0;
    RawResponse answer = RunningStatements.post(rated.uri(), token);
    while (answer.status() == 200 && accepted < 100) {
      accepted++;
      answer = RunningStatements.post(rated.uri(), token);
    }

    assertPassing(answer, 429);
    assertThat(Requests.said(answer))
        .isEqualTo(
            "too many new queries of this user: at most 1 a second, and 3 at once"
                + " (passgate.limits.new-queries-per-user)");
    assertThat(answer.headers("Retry-After")).containsExactly("1");
    assertThat(accepted).isGreaterThanOrEqualTo(3);
    assertThat(RunningStatements.post(rated.uri(), token("mallory")).status()).isEqualTo(200);
    Poll.until(
        "a second to pass",
        LIMIT,
        () -> RunningStatements.post(rated.uri(), token).status() == 200);
  }
}
