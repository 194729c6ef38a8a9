package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the audit log says of a query, from its start to its end. Each test is another user's. */
class QueryLifeIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLUG = "y0123456789abcdef";

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway fast;
  private static Gateway filtered;

  private RunningStatements statements;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    fast = Gateway.inFrontOf(origin.uri()).trust(issuer).start();
    filtered =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.fast-path.enabled", false)
            .with("passgate.audit.sql", true)
            .start();
  }

  @AfterAll
  static void stop() {
    fast.close();
    filtered.close();
    origin.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    origin.reset();
    statements = new RunningStatements(origin);
  }

  private static Gateway gateway(boolean withFastPath) {
    return withFastPath ? fast : filtered;
  }

  private static RawResponse ask(Gateway gateway, String method, String path, String token) {
    return RawHttp.exchange(gateway.uri(), Requests.of(method, path, token));
  }

  private static List<String> lines(CapturedLog log, String event, String user) {
    return log.of("passgate.audit").stream()
        .filter(line -> line.contains("\"event\":\"" + event + "\""))
        .filter(line -> line.contains("\"user\":\"" + user + "\""))
        .toList();
  }

  private static String end(CapturedLog log, String user) {
    Poll.until("the end of the query", LIMIT, () -> !lines(log, "query-end", user).isEmpty());
    assertThat(lines(log, "query-end", user)).hasSize(1);
    return lines(log, "query-end", user).getFirst();
  }

  private static String id(RawResponse answer) {
    return answer.text().replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
  }

  private static String member(String line, String name) {
    return line.replaceFirst(".*\"" + name + "\":(\"[^\"]*\"|\\d+).*", "$1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void joinsTheEndOfAQueryToItsStart(boolean withFastPath) {
    Gateway gateway = gateway(withFastPath);
    String user = "alice-" + withFastPath;
    String token = issuer.token(user).build();
    try (CapturedLog log = CapturedLog.open()) {
      RawResponse first = RunningStatements.post(gateway.uri(), token);
      String path = RunningStatements.next(first);
      assertThat(ask(gateway, "GET", path, token).status()).isEqualTo(200);
      statements.finish(path);
      RawResponse last = ask(gateway, "GET", path, token);
      assertThat(last.text()).doesNotContain("nextUri");

      String end = end(log, user);
      String begin = lines(log, "query", user).getFirst();
      for (String name : List.of("queryId", "issuer", "user", "subject", "cluster", "source")) {
        assertThat(member(end, name)).isEqualTo(member(begin, name)).startsWith("\"");
      }
      assertThat(end)
          .contains(
              "\"queryId\":\"" + id(first) + "\"",
              "\"state\":\"FINISHED\"",
              "\"route\":\"poll\"",
              "\"queryDurationMillis\":")
          .doesNotContain("errorName");
      assertThat(log.of("passgate.audit"))
          .noneMatch(line -> line.contains(token) || line.contains(SLUG));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void namesTheErrorOfAQueryThatFailed(boolean withFastPath) {
    Gateway gateway = gateway(withFastPath);
    String user = "bob-" + withFastPath;
    String token = issuer.token(user).build();
    try (CapturedLog log = CapturedLog.open()) {
      RawResponse first = RunningStatements.post(gateway.uri(), token);
      origin.enqueue(
          OriginResponse.json(
              "{\"id\":\""
                  + id(first)
                  + "\",\"stats\":{\"state\":\"FAILED\"},\"error\":{\"message\":\"secret words\","
                  + "\"errorCode\":8,\"errorName\":\"DIVISION_BY_ZERO\",\"failureInfo\":"
                  + "{\"errorName\":\"OTHER\"}}}"));
      ask(gateway, "GET", RunningStatements.next(first), token);

      assertThat(end(log, user))
          .contains("\"state\":\"FAILED\"", "\"errorName\":\"DIVISION_BY_ZERO\"")
          .doesNotContain("secret words");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesNoTextOfAClusterThatIsNoName(boolean withFastPath) {
    Gateway gateway = gateway(withFastPath);
    String user = "carol-" + withFastPath;
    String token = issuer.token(user).build();
    try (CapturedLog log = CapturedLog.open()) {
      RawResponse first = RunningStatements.post(gateway.uri(), token);
      origin.enqueue(OriginResponse.json("{\"error\":{\"errorName\":\"a \\u0000 forged name\"}}"));
      ask(gateway, "GET", RunningStatements.next(first), token);

      assertThat(end(log, user))
          .contains("\"state\":\"FAILED\"")
          .doesNotContain("errorName", "forged");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tellsOfCancelledAndForgottenQueries(boolean withFastPath) {
    Gateway gateway = gateway(withFastPath);
    String dave = issuer.token("dave-" + withFastPath).build();
    String erin = issuer.token("erin-" + withFastPath).build();
    try (CapturedLog log = CapturedLog.open()) {
      String path = RunningStatements.next(RunningStatements.post(gateway.uri(), dave));
      assertThat(ask(gateway, "DELETE", path, dave).status()).isEqualTo(204);
      assertThat(end(log, "dave-" + withFastPath)).contains("\"state\":\"CANCELED\"");

      path = RunningStatements.next(RunningStatements.post(gateway.uri(), erin));
      origin.enqueue(OriginResponse.of(404, "Query not found"));
      assertThat(ask(gateway, "GET", path, erin).status()).isEqualTo(404);
      assertThat(end(log, "erin-" + withFastPath)).contains("\"state\":\"GONE\"");
    }
  }

  @Test
  void tellsOfAQueryWhoseFirstPageIsItsLast() {
    String token = issuer.token("frank").build();
    origin.enqueue(
        OriginResponse.json(
            "{\"id\":\"20260101_000000_77777_abcde\",\"infoUri\":\""
                + origin.uri()
                + "/ui/query.html?20260101_000000_77777_abcde\",\"error\":{\"errorName\":"
                + "\"SYNTAX_ERROR\"}}"));
    try (CapturedLog log = CapturedLog.open()) {
      RunningStatements.post(fast.uri(), token);

      assertThat(end(log, "frank"))
          .contains(
              "\"queryId\":\"20260101_000000_77777_abcde\"", "\"errorName\":\"SYNTAX_ERROR\"");
    }
  }

  /** The last page is at another replica than the first. */
  @Test
  void isWrittenByWhicheverReplicaSeesTheEnd() {
    String token = issuer.token("grace").build();
    try (CapturedLog log = CapturedLog.open()) {
      String path = RunningStatements.next(RunningStatements.post(fast.uri(), token));
      statements.finish(path);
      ask(filtered, "GET", path, token);

      assertThat(end(log, "grace")).contains("\"state\":\"FINISHED\"");
    }
  }

  @Test
  void writesTheTextOfStatementsOnlyWhereItIsAskedTo() {
    String token = issuer.token("heidi").build();
    try (CapturedLog log = CapturedLog.open()) {
      RawHttp.exchange(fast.uri(), Requests.post(token, "SELECT 'hidden'"));
      RawHttp.exchange(filtered.uri(), Requests.post(token, "SELECT 'shown'"));
      RawHttp.exchange(filtered.uri(), Requests.post(token, "SELECT '" + "x".repeat(40_000) + "'"));
      Poll.until("the audit", LIMIT, () -> lines(log, "query", "heidi").size() >= 3);

      List<String> lines = lines(log, "query", "heidi");
      assertThat(lines.get(0)).doesNotContain("\"sql\"", "hidden");
      assertThat(lines.get(1)).contains("\"sql\":\"SELECT 'shown'\"");
      assertThat(member(lines.get(2), "sql")).hasSize(16_384 + 2);
    }
  }
}
