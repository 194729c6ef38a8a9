package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.Poll;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to be somebody whom the impersonation rules do not give, or whom Trino gives. */
class ImpersonationAttackIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String SET_USER = "X-Trino-Set-Authorization-User: ";

  /** A statement, its polls and its end are decided on alike. */
  private static final String AUDITED = "X-Trino-Source: audited";

  enum Way {
    STATEMENT("POST", "/v1/statement"),
    POLL("GET", Requests.POLL),
    CANCEL("DELETE", Requests.POLL),
    QUERY("GET", "/v1/query"),
    UI("GET", "/ui/api/stats");

    private final String method;
    private final String target;

    Way(String method, String target) {
      this.method = method;
      this.target = target;
    }

    String by(String token, String... lines) {
      List<String> all = new ArrayList<>(List.of("Authorization: Bearer " + token));
      all.addAll(Arrays.asList(lines));
      return GuardedOrigin.withBody(
          method, target, this == STATEMENT ? "SELECT 1" : "", all.toArray(String[]::new));
    }
  }

  private static LocalIssuer evil;
  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() {
    evil = LocalIssuer.start("evil");
    guarded =
        GuardedOrigin.start(
            settings ->
                settings
                    .trust(evil)
                    .with("passgate.impersonation.rules[0].as", "root")
                    .with("passgate.impersonation.rules[0].allow", false)
                    .with("passgate.impersonation.rules[1].issuer", "acme")
                    .with("passgate.impersonation.rules[1].user", "alice")
                    .with("passgate.impersonation.rules[1].as", "[a-z]+|b+|.*,.*")
                    .with("passgate.impersonation.rules[2].issuer", "acme")
                    .with("passgate.impersonation.rules[2].user", "svc-(.+)")
                    .with("passgate.impersonation.rules[2].as", "x@$1"));
  }

  @AfterAll
  static void stop() {
    guarded.close();
    evil.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static String token(String user) {
    return guarded.issuer().token(user).build();
  }

  private static RecordedRequest arrivalOf(String request) {
    guarded.reset();
    RawResponse answer = guarded.exchange(request);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return guarded.onlyArrival();
  }

  private static RawResponse refusalOf(String request) {
    guarded.reset();
    RawResponse answer = guarded.exchange(request);
    assertThat(answer.status()).as(answer.text()).isEqualTo(403);
    assertThat(answer.headers("WWW-Authenticate")).isEmpty();
    guarded.assertNothingArrived();
    return answer;
  }

  @ParameterizedTest
  @EnumSource
  void sendsBothNamesOfWhoMayAct(Way way) {
    guarded.reset();
    RawResponse answer =
        guarded.exchange(
            way.by(guarded.token(), "X-Trino-User: bob", "X-Trino-Original-User: root"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(guarded.onlyArrival().headers("X-Trino-User")).containsExactly("bob");
    assertThat(guarded.onlyArrival().headers("X-Trino-Original-User")).containsExactly("alice");
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatTheRulesDoNotGive(Way way) {
    assertThat(refusalOf(way.by(guarded.token(), "X-Trino-User: root")).text())
        .contains("the impersonation rules do not allow to act as 'root' (X-Trino-User)");
    refusalOf(way.by(guarded.token(), "X-Trino-User: BOB"));
    refusalOf(way.by(token("svc-a"), "X-Trino-User: x@b"));
  }

  static Stream<Arguments> badWishes() {
    return Arrays.stream(Way.values())
        .flatMap(
            way ->
                Stream.of(
                        "X-Trino-User: bob,root",
                        "X-Trino-User: bob, bob",
                        "X-Trino-User: b\u00f6b",
                        "X-Trino-User: \u00c3\u00b6",
                        "X-Trino-User: bob\u00a0",
                        "X-Trino-User: \u00a0",
                        "X-Trino-User: " + "b".repeat(257),
                        "X-Trino-User: " + "b".repeat(100_000),
                        "X-Trino-User: bob\r\nX-Trino-User: carol",
                        "X-Trino-User: bob\r\nx-trino-user: root",
                        "X-Trino-User: alice\r\nX-TRINO-USER: bob",
                        "X-Trino-User: \r\nX-Trino-User: bob")
                    .map(lines -> Arguments.of(way, lines)));
  }

  @ParameterizedTest
  @MethodSource("badWishes")
  void refusesWhatIsNotOneName(Way way, String lines) {
    RawResponse answer = refusalOf(way.by(guarded.token(), lines));

    // Less of it may be in the id of a request.
    assertThat(answer.text())
        .contains("X-Trino-User")
        .doesNotContain("b".repeat(10), "bob", "root");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X_Trino_User: bob",
        "X-Trino_User: bob",
        "X.Trino.User: bob",
        "X-Presto-User: bob",
        "X-Trino-Original-User: bob",
        "X-Trino-Original-User: bob\r\nX-Trino-User: alice",
        "X-Trino-Original-User: bob\r\nX-Trino-User:",
        "X-Trino-Original-User: bob\r\nX-Trino-Original-User: root",
        "X-Trino-Set-Authorization-User: bob",
        "X-Original-User: bob",
        "X-Trino-User: alice\r\nX-Trino-User: alice"
      })
  void isTheUserOfTheTokenWhateverIsNoWish(String lines) {
    for (Way way : Way.values()) {
      RecordedRequest arrived = arrivalOf(way.by(guarded.token(), lines));

      assertThat(arrived.headers("X-Trino-User")).containsExactly("alice");
      assertThat(arrived.headers("X-Trino-Original-User")).isEmpty();
      assertThat(arrived.head().toLowerCase(Locale.ROOT)).doesNotContain("bob", "root");
    }
  }

  @Test
  void losesNeitherNameToConnection() {
    for (Way way : Way.values()) {
      RecordedRequest arrived =
          arrivalOf(
              way.by(
                  guarded.token(),
                  "Connection: X-Trino-User, X-Trino-Original-User",
                  "X-Trino-User: bob"));

      assertThat(arrived.headers("X-Trino-User")).containsExactly("bob");
      assertThat(arrived.headers("X-Trino-Original-User")).containsExactly("alice");
    }
  }

  @Test
  void givesNothingToAnotherIssuersUserOfTheSameName() {
    String other = evil.token("alice").build();
    for (Way way : Way.values()) {
      RecordedRequest arrived = arrivalOf(way.by(other, "X-Trino-User: bob"));

      assertThat(arrived.headers("X-Trino-User")).containsExactly("alice");
      assertThat(arrived.headers("X-Trino-Original-User")).isEmpty();
    }
    refusalOf(Way.STATEMENT.by(other, "X-Trino-User: bob", "X-Trino-Original-User: alice"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"svc-.*", "svc-a|x@b", "svc-(?:x@b)", "svc-\\E.*\\Q"})
  void readsNoExpressionOutOfTheCallersName(String user) {
    refusalOf(Way.STATEMENT.by(token(user), "X-Trino-User: x@b"));

    String own = "x@" + user.substring("svc-".length());
    assertThat(
            arrivalOf(Way.STATEMENT.by(token(user), "X-Trino-User: " + own))
                .headers("X-Trino-User"))
        .containsExactly(own);
  }

  @Test
  void ignoresTheUserThatClientsNameByThemselves() {
    for (Way way : Way.values()) {
      for (String lines :
          List.of(
              "X-Trino-User: root",
              "X-Trino-User: root\r\nX-Trino-Original-User: root",
              "X-Trino-User: b\u00f6b\r\nX-Trino-Original-User: b\u00f6b",
              "X-Trino-User: a\r\nX-Trino-User: b")) {
        RecordedRequest arrived = arrivalOf(way.by(token("carol"), lines));

        assertThat(arrived.headers("X-Trino-User")).containsExactly("carol");
        assertThat(arrived.headers("X-Trino-Original-User")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesToFollowAStatementWithoutARule(Way way) {
    assertThat(
            refusalOf(way.by(token("carol"), "X-Trino-User: bob", "X-Trino-Original-User: carol"))
                .text())
        .contains("SET SESSION AUTHORIZATION needs an impersonation rule");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "BOB", "b\u00f6b", "bob,root", "?"})
  void refusesTheAnswerThatMakesTheClientSomebodyElse(String user) {
    for (Way way : Way.values()) {
      guarded.reset();
      guarded
          .origin()
          .enqueue(
              OriginResponse.of(
                  200, "{\"id\":\"secret\"}", "Content-Type: application/json", SET_USER + user));

      RawResponse answer = guarded.exchange(way.by(guarded.token()));

      assertThat(answer.text()).contains("SET SESSION AUTHORIZATION").doesNotContain("secret");
      assertThat(answer.headers("X-Trino-Set-Authorization-User")).isEmpty();
      if (way == Way.POLL) {
        assertQueryFailed(answer);
      } else {
        assertThat(answer.status()).isEqualTo(403);
      }
    }
  }

  /** As Trino itself says it of a query: clients show people nothing of another answer here. */
  private static void assertQueryFailed(RawResponse answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers("Content-Type")).containsExactly("application/json");
    assertThat(answer.text())
        .startsWith(
            "{\"id\":\""
                + Requests.QUERY_ID
                + "\",\"infoUri\":\"http://"
                + GuardedOrigin.HOST
                + "/ui/query.html?"
                + Requests.QUERY_ID
                + "\",\"stats\":{\"state\":\"FAILED\"},\"error\":{\"message\":\"SET SESSION")
        .contains("\"errorCode\":4,\"errorName\":\"PERMISSION_DENIED\"")
        .doesNotContain("nextUri", guarded.origin().uri().getAuthority());
  }

  private static RawResponse becoming(String token, String user, String... lines) {
    guarded.origin().enqueue(OriginResponse.of(200, "{}", SET_USER + user));
    return guarded.exchange(Way.POLL.by(token, lines));
  }

  @Test
  void refusesOneBadUserAmongGoodOnes() {
    guarded.origin().enqueue(OriginResponse.of(200, "{}", SET_USER + "bob", SET_USER + "root"));

    assertQueryFailed(guarded.exchange(Way.POLL.by(guarded.token())));
  }

  @Test
  void refusesTheAnswerToSomebodyWithoutARule() {
    RawResponse answer = becoming(token("carol"), "bob", "X-Trino-User: root");

    assertQueryFailed(answer);
    assertThat(answer.text()).contains("needs an impersonation rule");
  }

  @Test
  void quotesANameSafely() {
    assertThat(becoming(guarded.token(), "\"}\\{\"").text())
        .containsPattern(
            Pattern.quote("act as '\\\"}\\\\{\\\"' (request ") + "[0-9a-f-]+\\)\",\"errorCode\"");
  }

  @Test
  void asksTheRulesOfTheOneWhoTrulyCalls() {
    String acting = "X-Trino-User: bob";

    assertThat(becoming(guarded.token(), "carol", acting).text()).isEqualTo("{}");
    assertThat(becoming(guarded.token(), "alice", acting).text()).isEqualTo("{}");
    assertQueryFailed(becoming(guarded.token(), "root", acting));
  }

  @Test
  void passesTheAnswerWhereTheRulesAllow() {
    for (String user : List.of("bob", "alice")) {
      guarded.reset();
      guarded.origin().enqueue(OriginResponse.of(200, "{}", SET_USER + user));

      RawResponse answer = guarded.exchange(Way.POLL.by(guarded.token()));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers("X-Trino-Set-Authorization-User")).containsExactly(user);
    }
    guarded.reset();
    guarded
        .origin()
        .enqueue(OriginResponse.of(200, "{}", "X-Trino-Reset-Authorization-User: true"));
    assertThat(
            guarded
                .exchange(Way.POLL.by(token("carol")))
                .headers("X-Trino-Reset-Authorization-User"))
        .containsExactly("true");
  }

  /** Without reading it to its end, which may never come, and without keeping its connection. */
  @Test
  void letsGoOfTheAnswerThatItRefuses() {
    // Those that are kept for the next request, of earlier ones.
    int kept = Math.max(1, guarded.origin().connectionsOpen());
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 20; i++) {
      guarded
          .origin()
          .enqueue(
              OriginResponse.chunked(200, "Content-Type: application/json", SET_USER + "root")
                  .thenChunk("{\"data\":[" + "[1],".repeat(10_000))
                  .thenAwait(never)
                  .thenEnd());
      assertQueryFailed(guarded.exchange(Way.POLL.by(guarded.token())));
    }
    never.countDown();
    Poll.until(
        "the refused answers' connections to end",
        LIMIT,
        () -> guarded.origin().connectionsOpen() <= kept);
    guarded.reset();
    guarded.assertNothingArrived();
  }

  @Test
  void tellsTheAuditorBothNames() {
    try (CapturedLog log = CapturedLog.open()) {
      guarded.exchange(Way.STATEMENT.by(guarded.token(), AUDITED, "X-Trino-User: bob"));
      guarded.exchange(Way.POLL.by(guarded.token(), AUDITED, "X-Trino-User: root"));
      guarded.exchange(Way.STATEMENT.by(guarded.token(), AUDITED, "X-Trino-User: b\u00f6b"));
      guarded.exchange(
          Way.STATEMENT.by(
              token("carol"), AUDITED, "X-Trino-User: bob", "X-Trino-Original-User: carol"));
      guarded.origin().enqueue(OriginResponse.of(200, "{}", SET_USER + "root"));
      guarded.exchange(Way.POLL.by(guarded.token(), AUDITED, "X-Trino-User: bob"));

      Poll.until("five lines", LIMIT, () -> audited(log).size() == 5);
      String refused = "\"outcome\":\"refused\",\"reason\":\"IMPERSONATION_DENIED\"";
      String acme = "\"issuer\":\"acme\",";
      assertThat(audited(log))
          .satisfiesExactlyInAnyOrder(
              line ->
                  assertThat(line)
                      .contains(
                          acme
                              + "\"user\":\"bob\",\"originalUser\":\"alice\",\"subject\":\"alice\","
                              + "\"outcome\":\"accepted\""),
              line ->
                  assertThat(line)
                      .contains(
                          acme
                              + "\"user\":\"root\",\"originalUser\":\"alice\",\"subject\":\"alice\","
                              + refused)
                      .contains("\"event\":\"refusal\"", "\"status\":403"),
              line ->
                  assertThat(line)
                      .contains(acme + "\"user\":\"alice\",\"subject\":\"alice\"," + refused),
              line ->
                  assertThat(line)
                      .contains(acme + "\"user\":\"carol\",\"subject\":\"carol\"," + refused),
              line ->
                  assertThat(line)
                      .contains(
                          acme
                              + "\"user\":\"root\",\"originalUser\":\"alice\",\"subject\":\"alice\","
                              + refused)
                      .contains("\"event\":\"refusal\"", "\"status\":200"));
    }
  }

  /** Without what the tests before left, whose last lines may come late. */
  private static List<String> audited(CapturedLog log) {
    return log.of("passgate.audit").stream()
        .filter(line -> line.contains("\"clientSource\":\"audited\""))
        .toList();
  }
}
