package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as Envoy, nginx and Traefik ask about those that they have. */
class ValidateIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String ACME = "passgate.issuers.acme.";
  private static final String HEADERS = "passgate.validate.headers.";
  private static final String EVIL = "root-of-all-evil";

  private static LocalIssuer viewer;
  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() {
    viewer = LocalIssuer.start("viewer");
    guarded =
        GuardedOrigin.start(
            settings ->
                settings
                    .trust(viewer)
                    .with("passgate.issuers.viewer.routes", "statement,poll")
                    .with(ACME + "groups.claims", "groups")
                    .with("passgate.trusted-proxies", "127.0.0.1")
                    .with("passgate.authentication.sources", "bearer,idtoken,cookie:session")
                    .with("passgate.impersonation.rules[0].issuer", "acme")
                    .with("passgate.impersonation.rules[0].user", "superset")
                    .with("passgate.impersonation.rules[0].as", "bob")
                    .with(HEADERS + "issuer", "X-Issuer")
                    .with(HEADERS + "subject", "X-Subject")
                    .with(HEADERS + "groups", "X-Groups")
                    .with(HEADERS + "original-user", "X-Caller"));
  }

  @AfterAll
  static void stop() {
    guarded.close();
    viewer.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static RawResponse envoy(String method, String path, String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("Content-Length: 0");
    all.add("X-Envoy-Internal: true");
    return guarded.exchange(
        GuardedOrigin.request(method, "/api/validate" + path, all.toArray(String[]::new)));
  }

  private static RawResponse nginx(String method, String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("X-Forwarded-Method: " + method);
    return guarded.exchange(
        GuardedOrigin.request("GET", "/api/validate", all.toArray(String[]::new)));
  }

  private static RawResponse traefik(String method, String uri, String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("X-Forwarded-Method: " + method);
    all.add("X-Forwarded-Proto: https");
    all.add("X-Forwarded-Host: trino.example");
    all.add("X-Forwarded-Uri: " + uri);
    all.add("X-Forwarded-For: 192.0.2.7");
    return guarded.exchange(
        GuardedOrigin.request("GET", "/api/validate", all.toArray(String[]::new)));
  }

  private static void assertAccepted(RawResponse answer, String user) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.headers("X-Trino-User")).containsExactly(user);
    assertThat(answer.headers("Cache-Control")).containsExactly("no-store");
    assertThat(answer.body()).isEmpty();
  }

  private static void assertRefused(RawResponse answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers("X-Trino-User")).isEmpty();
    assertThat(answer.headers("X-Issuer")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "POST, /v1/statement",
    "GET, /v1/statement/executing/20260101_000000_00000_abcde/y0/1?slug=a%20b&x=y",
    "DELETE, /v1/statement/executing/20260101_000000_00000_abcde/y0/1",
    "HEAD, /v1/statement",
    "PUT, /v1/query/x/killed",
    "PATCH, /any/where/at/all",
    "OPTIONS, /v1/statement"
  })
  void tellsEnvoyTheUser(String method, String path) {
    assertAccepted(envoy(method, path, guarded.authorization()), "alice");
    guarded.assertNothingArrived();
  }

  @Test
  void tellsNginxAndTraefikTheUser() {
    for (String method : List.of("GET", "POST", "DELETE")) {
      assertAccepted(nginx(method, guarded.authorization()), "alice");
      assertAccepted(traefik(method, "/v1/statement", guarded.authorization()), "alice");
    }
    assertAccepted(nginx("POST", "idtoken: " + guarded.token()), "alice");
    guarded.assertNothingArrived();
  }

  @Test
  void tellsWhatIsConfiguredAndNothingElse() {
    String token =
        guarded
            .issuer()
            .token("alice")
            .claim("sub", "j\u00f6rg,1")
            .claim("groups", List.of("ops", "data eng"))
            .build();

    RawResponse answer = nginx("GET", "Authorization: Bearer " + token);

    assertAccepted(answer, "alice");
    assertThat(answer.headerLines())
        .extracting(String::strip)
        .containsExactlyInAnyOrder(
            "X-Trino-User: alice",
            "X-Issuer: acme",
            "X-Subject: j%C3%B6rg%2C1",
            "X-Groups: data%20eng,ops",
            "X-Caller:",
            "Cache-Control: no-store",
            "Content-Length: 0");
  }

  @Test
  void repeatsNothingOfTheRequest() {
    String[] lines = {
      "X-Trino-User: " + EVIL,
      "X-Trino-Original-User: " + EVIL,
      "X-Issuer: " + EVIL,
      "X-Subject: " + EVIL,
      "X-Groups: " + EVIL,
      "X-Caller: " + EVIL,
      // Not what it may choose, as the proxy that asks is trusted.
      "X-Request-Id: \"" + EVIL,
      "Origin: https://" + EVIL,
      "Cookie: a=" + EVIL
    };
    List<String> good = new ArrayList<>(List.of(lines));
    good.add(guarded.authorization());

    RawResponse answer = envoy("GET", "/" + EVIL, good.toArray(String[]::new));
    assertAccepted(answer, "alice");
    assertThat(answer.head()).doesNotContain(EVIL);
    assertThat(answer.headers("X-Groups")).containsExactly("");

    RawResponse refused = envoy("GET", "/" + EVIL, lines);
    assertRefused(refused, 401);
    assertThat(refused.head() + refused.body()).doesNotContain(EVIL);
  }

  @Test
  void goesByTheImpersonationRules() {
    String superset = "Authorization: Bearer " + guarded.issuer().token("superset").build();

    RawResponse asBob = nginx("POST", superset, "X-Trino-User: bob");
    assertAccepted(asBob, "bob");
    assertThat(asBob.headers("X-Caller")).containsExactly("superset");
    assertAccepted(nginx("POST", superset), "superset");
    assertRefused(nginx("POST", superset, "X-Trino-User: root"), 403);
    assertAccepted(nginx("POST", guarded.authorization(), "X-Trino-User: bob"), "alice");
  }

  @Test
  void refusesAsTheProxyDoes() {
    String expired =
        "Authorization: Bearer "
            + guarded.issuer().token("alice").expiresIn(Duration.ofHours(-1)).build();
    String nobody = "Authorization: Bearer " + guarded.issuer().token("j\u00f6rg").build();
    for (String[] lines :
        new String[][] {
          {"X-Nothing: at-all"},
          {"Authorization: Bearer x.y.z"},
          {expired},
          {nobody},
          {guarded.authorization(), "idtoken: " + guarded.issuer().token("bob").build()}
        }) {
      RawResponse proxy =
          guarded.exchange(GuardedOrigin.withBody("POST", "/v1/statement", "SELECT 1", lines));
      RawResponse asked = envoy("POST", "/v1/statement", lines);

      assertRefused(asked, proxy.status());
      assertThat(asked.status()).isIn(401, 403);
      assertThat(asked.headers("WWW-Authenticate")).isEqualTo(proxy.headers("WWW-Authenticate"));
      // What Trino's clients show to people.
      assertThat(asked.headers("Content-Type")).isEqualTo(proxy.headers("Content-Type"));
      assertThat(Requests.said(asked)).isEqualTo(Requests.said(proxy));

      RawResponse byNginx = nginx("POST", lines);
      assertRefused(byNginx, proxy.status());
      assertThat(byNginx.headers("WWW-Authenticate")).isEqualTo(proxy.headers("WWW-Authenticate"));
    }
    guarded.assertNothingArrived();
  }

  @Test
  void refusesWithTheConfiguredStatus() {
    try (Gateway strict =
        Gateway.inFrontOf(guarded.origin().uri())
            .trust(guarded.issuer())
            .with("passgate.authentication.failure-status", 403)
            .start()) {
      RawResponse answer =
          RawHttp.exchange(strict.uri(), GuardedOrigin.request("GET", "/api/validate"));

      assertRefused(answer, 403);
      assertThat(answer.headers("WWW-Authenticate")).isEmpty();
    }
  }

  @Test
  void isARouteThatAnIssuerCanBeKeptFrom() {
    String token = "Authorization: Bearer " + viewer.token("alice").build();

    assertRefused(nginx("POST", token), 403);
    assertRefused(envoy("POST", "/v1/statement", token), 403);
    assertThat(
            guarded
                .exchange(GuardedOrigin.withBody("POST", "/v1/statement", "SELECT 1", token))
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/statement/../task",
        "//v1/statement",
        "/v1/%73tatement",
        "/v1/statement%2f..%2ftask",
        "/v1;a=b/statement",
        "/v1/%00",
        "/v1\\statement",
        "/./v1"
      })
  void letsNobodyInByAPathThatReadsInTwoWays(String path) {
    assertRefused(envoy("GET", path, guarded.authorization()), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/validated", "/api", "/api/Validate", "/x/api/validate"})
  void isServedNowhereElse(String path) {
    assertRefused(
        guarded.exchange(GuardedOrigin.request("GET", path, guarded.authorization())), 404);
  }

  @Test
  void takesNoBodyWhereItMeansNothing() {
    assertRefused(
        guarded.exchange(
            GuardedOrigin.withBody("GET", "/api/validate", "x", guarded.authorization())),
        400);
  }

  /** One that declares more than it sends would otherwise be waited for. */
  @Test
  void readsNoBodies() {
    RawResponse answer =
        guarded.exchange(
            GuardedOrigin.request(
                "POST",
                "/api/validate/v1/statement",
                guarded.authorization(),
                "Content-Length: 9"));

    assertAccepted(answer, "alice");
  }

  /** Whatever a body holds, it is never taken for the next request of the proxy's connection. */
  @Test
  void bodyIsNoRequest() {
    String hidden = GuardedOrigin.request("GET", "/api/validate", guarded.authorization());
    String chunk = Integer.toHexString(hidden.length()) + "\r\n" + hidden + "\r\n0\r\n\r\n";
    for (String request :
        List.of(
            GuardedOrigin.withBody("POST", "/api/validate/x", hidden, guarded.authorization()),
            GuardedOrigin.request(
                    "PUT", "/api/validate/x", guarded.authorization(), "Transfer-Encoding: chunked")
                + chunk)) {
      try (RawHttp connection = guarded.connect()) {
        connection.send(request);
        assertAccepted(connection.read(), "alice");
        connection.send(GuardedOrigin.request("GET", "/api/validate/x"));
        assertRefused(connection.read(), 401);
      }
    }
  }

  /** Traefik passes on that a client waits for a 100, though it sends no body of its own. */
  @Test
  void waitsForNoBodyThatIsAnnounced() {
    String expectation = "Expect: 100-continue";
    assertAccepted(traefik("POST", "/v1/statement", guarded.authorization(), expectation), "alice");
    assertAccepted(envoy("POST", "/v1/statement", guarded.authorization(), expectation), "alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-User: bob\r\nX-Trino-User: root",
        "X-Trino-User: root\r\nx-trino-user: bob",
        "X-Trino-User: bob, root",
        "X-Trino-User: bob,root",
        "X-Trino-User: b\u00f6b",
        "X-Trino-User: Bob",
        "X-Trino-User: bob\r\nX-Trino-Original-User: bob\r\nX-Trino-User: superset"
      })
  void namesNobodyInTwoWays(String lines) {
    String superset = "Authorization: Bearer " + guarded.issuer().token("superset").build();

    assertRefused(nginx("POST", superset, lines), 403);
    assertRefused(envoy("POST", "/v1/statement", superset, lines), 403);
    assertAccepted(nginx("POST", guarded.authorization(), lines), "alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X_Trino_User: bob",
        "X-Trino.User: bob",
        "X-Presto-User: bob",
        "X-Trino-Original-User: superset",
        "X-Forwarded-User: bob",
        "X-Forwarded-Uri: /v1/statement?user=bob",
        "X-Original-URL: /v1/task",
        "Connection: Authorization, X-Trino-User"
      })
  void readsTheUserNowhereElse(String line) {
    String superset = "Authorization: Bearer " + guarded.issuer().token("superset").build();

    assertAccepted(nginx("POST", superset, line), "superset");
    assertAccepted(envoy("POST", "/v1/statement", superset, line), "superset");
  }

  @Test
  void refusesWhatAnotherSitesPageHasABrowserSend() {
    String session = "Cookie: session=" + guarded.token();
    String foreign = "Sec-Fetch-Site: cross-site";

    assertRefused(nginx("POST", session, foreign), 403);
    assertAccepted(nginx("GET", session, foreign), "alice");
    assertAccepted(nginx("POST", session, "Sec-Fetch-Site: same-origin"), "alice");
    assertRefused(traefik("DELETE", "/v1/statement", session, foreign), 403);
    assertRefused(envoy("POST", "/v1/statement", session, foreign), 403);
    assertAccepted(envoy("GET", "/ui/", session, foreign), "alice");
    // Told to be another method than that by which it is asked: whatever a client says.
    assertRefused(envoy("POST", "/x", session, foreign, "X-Forwarded-Method: GET"), 403);
    // An nginx that was not told to tell it asks with GET about everything.
    assertRefused(
        guarded.exchange(GuardedOrigin.request("GET", "/api/validate", session, foreign)), 403);
    assertRefused(nginx("POST", session, "Origin: https://elsewhere.example"), 403);
    assertAccepted(
        traefik("POST", "/v1/statement", session, "Origin: https://trino.example"), "alice");
  }

  /** Of the requests that say so: other tests' lines may come late. */
  private static List<String> audited(CapturedLog log) {
    return log.of("passgate.audit").stream().filter(line -> line.contains("audited")).toList();
  }

  @Test
  void writesDownWhoAskedFromWhere() {
    String source = "X-Trino-Source: audited";
    try (CapturedLog log = CapturedLog.open()) {
      traefik("POST", "/v1/statement", guarded.authorization(), source);
      Poll.until("a line", LIMIT, () -> audited(log).size() == 1);
      traefik("POST", "/v1/statement", source);
      Poll.until("two lines", LIMIT, () -> audited(log).size() == 2);

      assertThat(audited(log).get(0))
          .contains(
              "\"event\":\"access\"",
              "\"address\":\"192.0.2.7\"",
              "\"user\":\"alice\"",
              "\"route\":\"validate\"",
              "\"status\":200");
      assertThat(audited(log).get(1))
          .contains("\"event\":\"refusal\"", "\"reason\":\"NO_CREDENTIAL\"", "\"status\":401");
      assertThat(log.all().toString()).doesNotContain(guarded.token());
    }
  }
}
