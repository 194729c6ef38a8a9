package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The token endpoints of issuers behind the gateway's, some of which behave badly. */
class TokenEndpointIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String SECRET = "hunter2-of-the-client";
  private static final String TOKEN = "token-that-nobody-else-sees";
  private static final String FORM =
      "grant_type=client_credentials&client_id=cli&client_secret=" + SECRET;
  private static final String GRANTED =
      "{\"access_token\":\"" + TOKEN + "\",\"token_type\":\"Bearer\",\"expires_in\":300}";
  private static final String TOLD = "/auth/told/oauth2/token";
  private static final String SCRIPTED = "/auth/scripted/oauth2/token";

  private static GuardedOrigin guarded;
  private static RecordingOrigin provider;

  @BeforeAll
  static void start() {
    provider = RecordingOrigin.start();
    guarded =
        GuardedOrigin.start(
            settings -> {
              issuer(settings, "scripted").with(key("scripted", "token-uri"), at("/token?a=b"));
              issuer(settings, "told").with(key("told", "token-uri"), at("/token"));
              issuer(settings, "closed")
                  .with(key("closed", "token-uri"), at("/token"))
                  .with(key("closed", "token-grants"), "");
              issuer(settings, "endless").with(key("endless", "introspection.client-id"), "x");
              settings
                  .with(key("endless", "introspection.client-secret"), "x")
                  .with(key("endless", "introspection.uri"), at("/introspect"));
              issuer(settings, "down")
                  .with(
                      key("down", "token-uri"),
                      "http://127.0.0.1:" + LoopbackPort.free() + "/token");
              return settings
                  .trust("late", "http://127.0.0.1:" + LoopbackPort.free() + "/late")
                  .with("passgate.limits.token-requests-per-address.burst", 1000);
            });
    // With the keys of acme its token endpoint is known.
    guarded.reset();
    guarded.assertNothingArrived();
  }

  private static String key(String issuer, String key) {
    return "passgate.issuers." + issuer + "." + key;
  }

  private static String at(String target) {
    return provider.uri() + target;
  }

  /** One whose keys are configured, so that nothing is discovered. */
  private static Gateway.Builder issuer(Gateway.Builder settings, String name) {
    return settings.trust(name, at("/" + name)).with(key(name, "jwk-set-uri"), at("/keys"));
  }

  @AfterAll
  static void stop() {
    guarded.close();
    provider.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
    provider.reset();
    provider.respondWith(
        request ->
            request.method().equals("POST")
                ? OriginResponse.json(GRANTED)
                : OriginResponse.of(404, ""));
  }

  private static RawResponse post(String path, String body, String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("Content-Type: application/x-www-form-urlencoded");
    return guarded.exchange(GuardedOrigin.withBody("POST", path, body, all.toArray(String[]::new)));
  }

  /** What the provider was asked for tokens, which is told from its keys by the method. */
  private static List<RecordedRequest> asked() {
    return provider.requests().stream().filter(it -> it.method().equals("POST")).toList();
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertOAuthError(RawResponse answer, int status, String error) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers("Content-Type")).containsExactly("application/json");
    assertThat(answer.headers("Cache-Control")).containsExactly("no-store");
    assertThat(answer.text()).startsWith("{\"error\":\"" + error + "\"").doesNotContain(SECRET);
  }

  private static void assertProblem(RawResponse answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers("Content-Type")).containsExactly("application/problem+json");
    assertThat(answer.headers("Cache-Control")).containsExactly("no-store");
    assertThat(answer.text()).doesNotContain(SECRET, TOKEN, "127.0.0.1");
  }

  @Test
  void passesTheRequestOnAndTheAnswerBack() {
    RawResponse answer =
        post(SCRIPTED, FORM + "&scope=a%20b", "Cookie: a=b", "X-Forwarded-For: 192.0.2.1");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(GRANTED);
    assertThat(answer.headers("Content-Type")).containsExactly("application/json");
    assertThat(answer.headers("Cache-Control")).containsExactly("no-store");
    assertThat(answer.headers("Pragma")).containsExactly("no-cache");
    assertThat(asked()).hasSize(1);
    RecordedRequest request = asked().getFirst();
    assertThat(request.startLine()).isEqualTo("POST /token?a=b HTTP/1.1");
    assertThat(request.headers("Content-Type"))
        .containsExactly("application/x-www-form-urlencoded");
    assertThat(request.headers("Accept")).containsExactly("application/json");
    assertThat(request.head())
        .doesNotContainIgnoringCase("cookie")
        .doesNotContainIgnoringCase("forwarded")
        .doesNotContainIgnoringCase("authorization");
    assertThat(request.body().split("&"))
        .containsExactlyInAnyOrder(
            "grant_type=client_credentials",
            "client_id=cli",
            "client_secret=" + SECRET,
            "scope=a+b");
    guarded.assertNothingArrived();
  }

  @Test
  void passesOnAClientThatAuthenticatesByBasic() {
    RawResponse answer =
        post(SCRIPTED, "grant_type=client_credentials", "Authorization: " + basic("cli:" + SECRET));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(asked()).hasSize(1);
    assertThat(asked().getFirst().headers("Authorization")).containsExactly(basic("cli:" + SECRET));
    assertThat(asked().getFirst().body()).isEqualTo("grant_type=client_credentials");
  }

  @Test
  void findsTheEndpointByDiscovery() {
    RawResponse answer = post("/auth/acme/oauth2/token", FORM);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    Matcher token = Pattern.compile("\"access_token\":\"([^\"]+)\"").matcher(answer.text());
    assertThat(token.find()).isTrue();
    RawResponse query =
        guarded.exchange(
            GuardedOrigin.withBody(
                "POST", "/v1/statement", "SELECT 1", "Authorization: Bearer " + token.group(1)));
    assertThat(query.status()).as(query.text()).isEqualTo(200);
    assertThat(guarded.onlyArrival().headers("X-Trino-User")).containsExactly("cli");
  }

  @ParameterizedTest
  @CsvSource({"400, 400, invalid_grant", "401, 401, invalid_client", "403, 400, access_denied"})
  void passesOnTheErrorsOfOAuth(int status, int answered, String error) {
    String body = "{\"error\":\"" + error + "\",\"error_description\":\"no\",\"trace\":\"x\"}";
    provider.respondWith(
        _ ->
            OriginResponse.of(
                status, body, "Content-Type: application/json", "WWW-Authenticate: Foo bar=1"));

    RawResponse answer = post(SCRIPTED, FORM);
    assertOAuthError(answer, answered, error);
    assertThat(answer.text())
        .isEqualTo("{\"error\":\"" + error + "\",\"error_description\":\"no\"}");
    assertThat(answer.headers("WWW-Authenticate")).isEmpty();

    RawResponse byBasic =
        post(SCRIPTED, "grant_type=client_credentials", "Authorization: " + basic("cli:x"));
    assertOAuthError(byBasic, answered, error);
    assertThat(byBasic.headers("WWW-Authenticate"))
        .isEqualTo(answered == 401 ? List.of("Basic realm=\"scripted\"") : List.of());
  }

  @Test
  void refusesOtherGrantsByItself() {
    assertOAuthError(
        post(SCRIPTED, "grant_type=password&username=alice&password=" + SECRET),
        400,
        "unsupported_grant_type");
    assertOAuthError(post(SCRIPTED, FORM + "&client_id=cli"), 400, "invalid_request");
    assertOAuthError(post(SCRIPTED + "?" + FORM, FORM), 400, "invalid_request");
    assertOAuthError(
        guarded.exchange(
            GuardedOrigin.withBody("POST", SCRIPTED, "{}", "Content-Type: application/json")),
        400,
        "invalid_request");
    assertOAuthError(post(SCRIPTED, "", "Content-Length: 0"), 400, "invalid_request");
    RawResponse other = post(SCRIPTED, FORM, "Authorization: Bearer a.b.c");
    assertOAuthError(other, 400, "invalid_request");
    assertThat(asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 503 Oops\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Slow\r\nRetry-After: 9999\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"access_",
        "HTTP/1.1 400 No\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 307 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 308 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void isUnavailableWhereTheProviderGivesNoAnswerToPassOn(String answer) {
    provider.respondWith(_ -> OriginResponse.raw(answer).thenClose());

    RawResponse response = post(SCRIPTED, FORM);

    assertProblem(response, 503);
    assertThat(response.headers("Retry-After")).hasSize(1);
    assertThat(provider.requests()).noneMatch(it -> it.target().equals("/elsewhere"));
  }

  @Test
  void isUnavailableWhereTheAnswerIsTooLarge() {
    String large = GRANTED.replace("}", ",\"scope\":\"" + "x".repeat(300_000) + "\"}");
    provider.respondWith(_ -> OriginResponse.json(large));

    assertProblem(post(SCRIPTED, FORM), 503);
  }

  @Test
  void isUnavailableWhereTheConnectionBreaks() {
    provider.respondWith(_ -> OriginResponse.raw("HTTP/1.1 200 OK\r\n").thenReset());

    assertProblem(post(SCRIPTED, FORM), 503);
    assertProblem(post("/auth/down/oauth2/token", FORM), 503);
  }

  @Test
  void isUnavailableUntilTheEndpointIsFound() {
    assertProblem(post("/auth/late/oauth2/token", FORM), 503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "closed", "endless", "ACME", "password-file", "a%20b"})
  void servesNoOtherIssuers(String name) {
    assertProblem(post("/auth/" + name + "/oauth2/token", FORM), 404);
    assertThat(asked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /auth/scripted/oauth2/token, 404",
    "PUT, /auth/scripted/oauth2/token, 404",
    "POST, /auth/scripted/oauth2/token/, 404",
    "POST, /auth/scripted/oauth2, 404",
    "POST, /auth/scripted/x/oauth2/token, 404",
    "POST, /auth//oauth2/token, 400",
    "POST, /auth/%73cripted/oauth2/token, 400",
    "POST, /auth/scripted;a=b/oauth2/token, 400",
    "POST, /auth/scripted%2f/oauth2/token, 400",
    "POST, /auth/%2e%2e/oauth2/token, 400",
    "POST, /auth/scripted%00/oauth2/token, 400",
    "POST, /auth/scripted%20/oauth2/token, 404",
    "POST, /auth/s%C3%A7ripted/oauth2/token, 404",
    "POST, /auth/{tenant}/oauth2/token, 400",
    "POST, /auth/x/../scripted/oauth2/token, 400"
  })
  void servesNoOtherPathsAndMethods(String method, String path, int status) {
    String body = method.equals("GET") ? "" : FORM;

    assertThat(
            guarded
                .exchange(
                    GuardedOrigin.withBody(
                        method, path, body, "Content-Type: application/x-www-form-urlencoded"))
                .status())
        .isEqualTo(status);
    assertThat(asked()).isEmpty();
  }

  @Test
  void takesNoLargeBodies() {
    String large = FORM + "&x=" + "x".repeat(65_536);

    assertProblem(post(SCRIPTED, large), 413);
    RawResponse chunked =
        guarded.exchange(
            GuardedOrigin.request(
                    "POST",
                    SCRIPTED,
                    "Content-Type: application/x-www-form-urlencoded",
                    "Transfer-Encoding: chunked")
                + Integer.toHexString(large.length())
                + "\r\n"
                + large
                + "\r\n0\r\n\r\n");
    assertProblem(chunked, 413);
    assertThat(asked()).isEmpty();
  }

  @Test
  void limitsRequestsByAddress() {
    try (Gateway limited =
        issuer(Gateway.inFrontOf(guarded.origin().uri()), "scripted")
            .with(key("scripted", "token-uri"), at("/token"))
            .with("passgate.trusted-proxies", "127.0.0.1")
            .with("passgate.limits.token-requests-per-address.rate", 1)
            .with("passgate.limits.token-requests-per-address.burst", 2)
            .start()) {
      List<RawResponse> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(RawHttp.exchange(limited.uri(), from("192.0.2.1", SCRIPTED)));
      }
      assertThat(answers).extracting(RawResponse::status).startsWith(200, 200).contains(429);
      RawResponse refused =
          answers.stream().filter(it -> it.status() == 429).findFirst().orElseThrow();
      assertProblem(refused, 429);
      assertThat(refused.headers("Retry-After")).containsExactly("1");

      assertThat(RawHttp.exchange(limited.uri(), from("192.0.2.2", SCRIPTED)).status())
          .isEqualTo(200);
      // Names of issuers are not guessed faster either.
      List<Integer> guesses = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        guesses.add(
            RawHttp.exchange(limited.uri(), from("192.0.2.3", "/auth/x" + i + "/oauth2/token"))
                .status());
      }
      assertThat(guesses).contains(404, 429);
      assertThat(metrics(limited))
          .contains("passgate_token_requests_total{issuer=\"scripted\",outcome=\"limited\"}")
          .contains("passgate_token_requests_total{issuer=\"none\",outcome=\"limited\"}")
          .doesNotContain("x1");
    }
  }

  @Test
  void believesNoAddressThatAStrangerTells() {
    try (Gateway limited =
        issuer(Gateway.inFrontOf(guarded.origin().uri()), "scripted")
            .with(key("scripted", "token-uri"), at("/token"))
            .with("passgate.limits.token-requests-per-address.rate", 1)
            .with("passgate.limits.token-requests-per-address.burst", 2)
            .start()) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        statuses.add(RawHttp.exchange(limited.uri(), from("192.0.2." + i, SCRIPTED)).status());
      }
      assertThat(statuses).startsWith(200, 200).contains(429);
    }
  }

  private static String from(String address, String path) {
    return GuardedOrigin.withBody(
        "POST",
        path,
        FORM,
        "X-Forwarded-For: " + address,
        "Content-Type: application/x-www-form-urlencoded");
  }

  private static String metrics(Gateway gateway) {
    return RawHttp.exchange(
            gateway.managementUri(), GuardedOrigin.request("GET", "/actuator/prometheus"))
        .text();
  }

  @Test
  void tellsOfTokensAndRefusalsWithoutSecrets() {
    String credential = basic("cli:" + SECRET);
    try (CapturedLog log = CapturedLog.open()) {
      post(TOLD, FORM);
      awaitLines(log, 1);
      post(TOLD, "grant_type=client_credentials", "Authorization: " + credential);
      awaitLines(log, 2);
      post(TOLD, "grant_type=password&username=a&password=" + SECRET);
      awaitLines(log, 3);
      post("/auth/nobody/oauth2/token", FORM);
      provider.respondWith(
          _ ->
              OriginResponse.of(
                  401, "{\"error\":\"who is " + SECRET + "\"}", "Content-Type: application/json"));
      post(TOLD, FORM);
      awaitLines(log, 4);
      provider.respondWith(_ -> OriginResponse.of(500, SECRET, "X-Secret: " + SECRET));
      post(TOLD, FORM);
      awaitLines(log, 5);
      post("/auth/down/oauth2/token", FORM);

      assertThat(lines(log).get(0))
          .contains(
              "\"event\":\"token\"",
              "\"source\":\"form\"",
              "\"issuer\":\"told\"",
              "\"subject\":\"cli\"",
              "\"outcome\":\"accepted\"",
              "\"route\":\"token\"",
              "\"status\":200");
      assertThat(lines(log).get(1))
          .contains("\"event\":\"token\"", "\"source\":\"basic\"", "\"subject\":\"cli\"");
      assertThat(lines(log).get(2))
          .contains("\"event\":\"refusal\"", "\"reason\":\"UNSUPPORTED_GRANT_TYPE\"")
          .doesNotContain("subject");
      assertThat(lines(log).get(3))
          .contains("\"event\":\"refusal\"", "\"reason\":\"OTHER_ERROR\"", "\"status\":401")
          .doesNotContain("subject");
      assertThat(lines(log).get(4))
          .contains("\"reason\":\"PROVIDER_UNAVAILABLE\"", "\"status\":503");
      assertThat(log.all().toString()).doesNotContain(SECRET, TOKEN, credential);
    }
    assertThat(metrics(guarded.gateway()))
        .contains("passgate_token_requests_total{issuer=\"told\",outcome=\"granted\"}")
        .contains(
            "passgate_requests_seconds_count{cluster=\"none\",route=\"token\",status=\"200\"}")
        .doesNotContain(SECRET, TOKEN, "nobody");
  }

  private static void awaitLines(CapturedLog log, int count) {
    Poll.until(count + " lines", LIMIT, () -> lines(log).size() == count);
  }

  /** Those of this test: others' may come late. */
  private static List<String> lines(CapturedLog log) {
    return log.of("passgate.audit").stream()
        .filter(line -> line.contains("\"issuer\":\"told\""))
        .toList();
  }
}
