package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is told of a credential on the management listener. */
class ExplainIT {

  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() {
    guarded = GuardedOrigin.start();
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static RawResponse ask(String target, String body, String... lines) {
    return RawHttp.exchange(
        guarded.gateway().managementUri(), GuardedOrigin.withBody("POST", target, body, lines));
  }

  private static JsonNode explain(String... lines) {
    RawResponse answer = ask("/explain", "", lines);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.headers("Content-Type")).containsExactly("application/json");
    assertThat(answer.headers("Cache-Control")).containsExactly("no-store");
    return JsonMapper.shared().readTree(answer.text());
  }

  static List<String> checks(JsonNode explanation, String result) {
    List<String> checks = new ArrayList<>();
    explanation
        .get("checks")
        .forEach(
            step -> {
              if (step.get("result").asString().equals(result)) {
                checks.add(step.get("check").asString());
              }
            });
    return checks;
  }

  @Test
  void tellsWhoATokenIsAndWhatTrinoIsTold() {
    JsonNode explanation = explain(guarded.authorization(), "X-Trino-User: root");

    assertThat(explanation.get("outcome").asString()).isEqualTo("accepted");
    assertThat(explanation.get("source").asString()).isEqualTo("bearer");
    assertThat(explanation.get("issuer").asString()).isEqualTo("acme");
    assertThat(explanation.get("user").asString()).isEqualTo("alice");
    assertThat(checks(explanation, "passed"))
        .contains(
            "form",
            "token",
            "issuer",
            "algorithm",
            "expiry",
            "not-before",
            "audience",
            "signature",
            "user");
    assertThat(checks(explanation, "failed")).isEmpty();
    assertThat(explanation.get("sent").get("X-Trino-User").get(0).asString()).isEqualTo("alice");
    assertThat(explanation.toString()).doesNotContain(guarded.token()).doesNotContain("root");
    guarded.assertNothingArrived();
  }

  @Test
  void tellsWhichCheckFailedAndWhichWerePassedBefore() {
    String late = guarded.issuer().token("alice").expiresIn(Duration.ofHours(-1)).build();
    JsonNode explanation = explain("Authorization: Bearer " + late);

    assertThat(explanation.get("outcome").asString()).isEqualTo("refused");
    assertThat(explanation.get("reason").asString()).isEqualTo("expired");
    assertThat(explanation.get("issuer").asString()).isEqualTo("acme");
    assertThat(checks(explanation, "passed"))
        .containsExactly("form", "token", "issuer", "algorithm");
    assertThat(checks(explanation, "failed")).containsExactly("expiry");
    assertThat(checks(explanation, "not made")).contains("audience", "signature", "user");
    assertThat(explanation.has("user")).isFalse();
  }

  @Test
  void seesATokenAnewThatIsRemembered() {
    assertThat(
            guarded
                .exchange(GuardedOrigin.request("GET", "/ui/", guarded.authorization()))
                .status())
        .isEqualTo(200);

    assertThat(checks(explain(guarded.authorization()), "passed")).contains("signature");
  }

  @Test
  void tellsThatThereIsNoCredential() {
    JsonNode explanation = explain();

    assertThat(explanation.get("reason").asString()).isEqualTo("no_credential");
    assertThat(checks(explanation, "failed")).containsExactly("form");
    assertThat(checks(explanation, "passed")).isEmpty();
  }

  @Test
  void refusesABodyThatIsNoCertificate() {
    RawResponse answer = ask("/explain", "hello", guarded.authorization());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("the body is no certificate in PEM form");
  }

  @Test
  void tellsThatAPublicRouteAsksForNothing() {
    RawResponse answer = ask("/explain?route=info", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"accepted\"").contains("the route is public");
  }

  @Test
  void tellsThatARouteAsksForASignedUriAlone() {
    RawResponse answer = ask("/explain?route=segment", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .contains("\"accepted\"")
        .contains("a URI that the gateway signed")
        .doesNotContain("routing");
  }

  @Test
  void refusesARouteOrAParameterThatThereIsNot() {
    RawResponse route = ask("/explain?route=nowhere", "", guarded.authorization());
    assertThat(route.status()).isEqualTo(400);
    assertThat(route.text())
        .contains(
            "there is no route of this id; there are info, poll, query, segment, sql, statement,"
                + " token, ui, validate");

    assertThat(ask("/explain?rout=poll", "", guarded.authorization()).status()).isEqualTo(400);
  }

  @Test
  void isNotServedWhereClientsAre() {
    assertThat(
            guarded
                .exchange(GuardedOrigin.request("POST", "/explain", guarded.authorization()))
                .status())
        .isEqualTo(404);
    guarded.assertNothingArrived();
  }
}
