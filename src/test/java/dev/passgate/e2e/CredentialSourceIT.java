package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every place where a token may stand, one at a time and together. */
class CredentialSourceIT {

  private static final List<String> CREDENTIALS =
      List.of("authorization", "idtoken", "x-company-token");

  private static GuardedOrigin guarded;
  private static String good;
  private static String other;
  private static String ofBob;

  @BeforeAll
  static void start() {
    guarded =
        GuardedOrigin.start(
            settings ->
                settings
                    .with(
                        "passgate.authentication.sources",
                        "bearer,idtoken,header:X-Company-Token,cookie:session,basic")
                    .with("passgate.authentication.basic.tokens", "true"));
    good = guarded.token();
    other = guarded.issuer().token(GuardedOrigin.USER).claim("jti", "another").build();
    ofBob = guarded.issuer().token("bob").build();
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static String basic(String user, String password) {
    return "Authorization: Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private static RawResponse post(String... lines) {
    return guarded.exchange(GuardedOrigin.withBody("POST", "/v1/statement", "select 1", lines));
  }

  static Stream<List<String>> good() {
    return Stream.of(
        List.of("Authorization: Bearer " + good),
        List.of("idtoken: " + good),
        List.of("IDTOKEN:" + good),
        List.of("X-Company-Token: " + good),
        List.of("Cookie: session=" + good),
        List.of("Cookie: a=b; session=\"" + good + "\"; c=d"),
        List.of("Cookie: a=b", "Cookie: session=" + good),
        List.of(basic("", good)),
        List.of(basic(GuardedOrigin.USER, good)),
        List.of("Authorization: Bearer " + good, "idtoken: " + good),
        List.of("idtoken: " + good, "Cookie: session=" + good, basic("", good)),
        List.of("idtoken: " + good, basic(GuardedOrigin.USER, good)));
  }

  @ParameterizedTest
  @MethodSource("good")
  void letsInByEachSourceAndForwardsNoneOfThem(List<String> lines) {
    RawResponse answer = post(lines.toArray(String[]::new));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    RecordedRequest arrived = guarded.onlyArrival();
    assertThat(arrived.headers("X-Trino-User")).containsExactly(GuardedOrigin.USER);
    assertThat(CREDENTIALS).allSatisfy(name -> assertThat(arrived.headers(name)).isEmpty());
    assertThat(arrived.head()).doesNotContain(good).doesNotContain("session");
  }

  static Stream<List<String>> two() {
    return Stream.of(
        List.of("Authorization: Bearer " + good, "idtoken: " + other),
        List.of("Authorization: Bearer " + good, "idtoken: " + ofBob),
        List.of("idtoken: " + ofBob, "Authorization: Bearer " + good),
        List.of("idtoken: " + good, "X-Company-Token: " + ofBob),
        List.of("idtoken: " + good, "Cookie: session=" + ofBob),
        List.of("idtoken: " + good, basic("", ofBob)),
        List.of("idtoken: " + good, basic("alice", "secret")),
        List.of("Authorization: Bearer " + good, basic("", good)),
        List.of("idtoken: " + good, "idtoken: " + good),
        List.of("idtoken: " + good, "IdToken: " + ofBob),
        List.of("X-Company-Token: " + good, "x-company-token: " + good),
        List.of("Cookie: session=" + good + "; session=" + ofBob),
        List.of("Cookie: session=" + good, "Cookie: session=" + ofBob));
  }

  @ParameterizedTest
  @MethodSource("two")
  void refusesTwoCredentialsInOneRequest(List<String> lines) {
    assertRefused(post(lines.toArray(String[]::new)), 401);
  }

  static Stream<List<String>> wrong() {
    return Stream.of(
        List.of("idtoken:"),
        List.of("idtoken: Bearer " + good),
        List.of("idtoken: " + good + " " + good),
        List.of("idtoken: " + good + "," + good),
        List.of("idtoken: " + good + "x"),
        List.of("Cookie: session="),
        List.of("Cookie: SESSION=" + good),
        List.of("Cookie: \"session\"=" + good),
        List.of("X_Company_Token: " + good),
        List.of("id-token: " + good),
        // A good one beside one of no use is no choice either.
        List.of("Authorization: Bearer " + good, "idtoken:"),
        List.of("Authorization: Bearer " + good, "idtoken: a b"),
        List.of("Authorization: Negotiate abc", "idtoken: " + good),
        List.of("Authorization: ", "idtoken: " + good),
        List.of(basic("bob", good)),
        List.of(basic("ALICE", good)),
        List.of(basic("alice ", good)),
        List.of(basic("alice\u0000", good)),
        List.of(basic("alice", good.substring(0, good.lastIndexOf('.')))),
        List.of(basic("alice", "secret")),
        List.of(basic("alice", "")),
        List.of(basic("", "")),
        List.of("Authorization: Basic"),
        List.of("Authorization: Basic !"),
        List.of("Authorization: Basic YWxpY2U"),
        List.of("Authorization: Basic /////w=="));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void refusesWhatIsNoCredential(List<String> lines) {
    assertRefused(post(lines.toArray(String[]::new)), 401);
  }

  private static void assertRefused(RawResponse answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.head() + answer.body())
        .doesNotContain(good)
        .doesNotContain(ofBob)
        .doesNotContain("secret");
    guarded.assertNothingArrived();
    guarded.reset();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: Same-Origin",
        "Sec-Fetch-Site:",
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://trino.example:8889",
        "Origin: https://trino.example:8888"
      })
  void refusesWhatAnotherSitesPageHasABrowserSend(String line) {
    assertRefused(post("Cookie: session=" + good, line), 403);
    assertRefused(post(basic("", good), line), 403);
    assertRefused(
        guarded.exchange(
            GuardedOrigin.request(
                "DELETE",
                "/v1/query/20260101_000000_00000_abcde",
                "Cookie: session=" + good,
                line)),
        403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Site: none",
        "Origin: http://trino.example:8888",
        "X-Nothing: said"
      })
  void letsTheGatewaysOwnPagesSend(String line) {
    assertThat(post("Cookie: session=" + good, line).status()).isEqualTo(200);
  }

  @Test
  void letsOtherSitesPagesSendATokenThatNoBrowserAdds() {
    assertThat(post("idtoken: " + good, "Sec-Fetch-Site: cross-site").status()).isEqualTo(200);
    assertThat(
            guarded
                .exchange(
                    GuardedOrigin.request(
                        "GET", "/ui/", "Cookie: session=" + good, "Sec-Fetch-Site: cross-site"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void asksForWhatItReads() {
    RawResponse answer = post();

    assertRefused(answer, 401);
    assertThat(Requests.said(answer))
        .isEqualTo(
            "a credential is needed: send Authorization: Bearer <token> or idtoken: <token> or"
                + " x-company-token: <token> or the cookie session or Authorization: Basic <user"
                + " and password>");
  }
}
