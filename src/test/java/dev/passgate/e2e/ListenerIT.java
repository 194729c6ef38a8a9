package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each listener serves, and what operators and auditors get to see of it. */
class ListenerIT {

  private static final String AUDITED = "X-Trino-Source: audited";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Path folder;
  private static RecordingOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static String token;

  @BeforeAll
  static void start() {
    folder = TemporaryFolder.create("listener");
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .tls(SelfSignedCertificate.createIn(folder))
            .with("spring.ssl.bundle.pem.test.reload-on-update", true)
            .with("spring.ssl.bundle.watch.file.quiet-period", "200ms")
            .start();
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
    TemporaryFolder.delete(folder);
  }

  @AfterEach
  void reset() {
    origin.reset();
  }

  private static RawResponse send(String request) {
    return RawHttp.exchange(gateway.uri(), request);
  }

  private static RawResponse management(String method, String path) {
    return RawHttp.exchange(gateway.managementUri(), Requests.of(method, path, token));
  }

  @Test
  void servesTheSameOverTls() {
    SSLContext tls = gateway.certificate().clientContext();
    try (RawHttp connection = RawHttp.connect(gateway.tlsUri(), tls)) {
      RawResponse page = connection.send(Requests.post(token, "select 1")).read();
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.text())
          .contains("\"nextUri\":\"https://" + Requests.GATEWAY + "/v1/statement/")
          .contains("\"infoUri\":\"https://" + Requests.GATEWAY + "/ui/")
          .doesNotContain(origin.uri().getAuthority());

      assertThat(connection.send(Requests.of("GET", Requests.POLL, "")).read().status())
          .isEqualTo(401);
      assertThat(connection.send(Requests.of("GET", "/health", "")).read().text())
          .isEqualTo("{\"status\":\"healthy\",\"service\":\"trino-stream\"}");
      assertThat(connection.send(Requests.of("GET", "/v1/node", token)).read().status())
          .isEqualTo(404);
    }
  }

  @Test
  void saysOverTlsWhichLimitALargeHeadMeets() {
    SSLContext tls = gateway.certificate().clientContext();
    try (RawHttp connection = RawHttp.connect(gateway.tlsUri(), tls)) {
      RawResponse response =
          connection.send(Requests.of("GET", "/ui?" + "a".repeat(20_000), token)).read();
      assertThat(response.status()).isEqualTo(414);
    }
  }

  @Test
  void showsACertificateThatWasReplaced() {
    SSLContext before = gateway.certificate().clientContext();
    try (RawHttp old = RawHttp.connect(gateway.tlsUri(), before)) {
      SSLContext after = SelfSignedCertificate.createIn(folder).clientContext();

      Poll.until(
          "the new certificate",
          LIMIT,
          () -> {
            try (RawHttp connection = RawHttp.connect(gateway.tlsUri(), after)) {
              return connection.send(Requests.post(token, "select 1")).read().status() == 200;
            }
          });
      assertThat(old.send(Requests.post(token, "select 1")).read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/health", "/actuator/health/readiness", "/actuator/health/liveness"})
  void tellsItsHealthOnTheManagementPort(String path) {
    RawResponse response = management("GET", path);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.text()).contains("\"status\":\"UP\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator",
        "/actuator/health",
        "/actuator/prometheus",
        "/actuator/gateway/routes",
        "/actuator/env",
        "/health/readiness"
      })
  void servesNothingOfTheManagementOnTheMainPort(String path) {
    assertThat(send(Requests.of("GET", path, token)).status()).isEqualTo(404);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void sendsABrowserToTheWebInterface() {
    RawResponse browser = send(Requests.of("GET", "/", "", "Accept: text/html,*/*;q=0.8"));
    assertThat(browser.status()).isEqualTo(302);
    assertThat(browser.headers("Location")).containsExactly("/ui");
    assertThat(browser.headers("Vary")).containsExactly("Accept");

    RawResponse other = send(Requests.of("GET", "/", "", "Accept: */*"));
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.text()).isEqualTo("{\"status\":\"healthy\",\"service\":\"trino-stream\"}");
    assertThat(origin.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/v1/statement",
    "POST,/auth/acme/oauth2/token",
    "GET,/api/validate",
    "GET,/v1/statement/queued/x/y/1",
    "GET,/v1/query",
    "GET,/v1/info",
    "GET,/ui/",
    "GET,/actuator/gateway/routes",
    "GET,/actuator/env",
    "GET,/actuator/heapdump",
    "POST,/actuator/shutdown"
  })
  void servesNothingElseOnTheManagementPort(String method, String path) {
    assertThat(management(method, path).status()).isEqualTo(404);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void tellsMetrics() {
    assertThat(send(Requests.post(token, "select 1")).status()).isEqualTo(200);
    assertThat(send(Requests.of("GET", Requests.POLL, "")).status()).isEqualTo(401);
    assertThat(send(Requests.of("GET", "/nowhere", token)).status()).isEqualTo(404);

    List<String> expected =
        List.of(
            "passgate_authentication_total{issuer=\"acme\",outcome=\"accepted\",source=\"bearer\"}",
            "passgate_authentication_total{issuer=\"none\",outcome=\"no_credential\",source=\"none\"}",
            "passgate_requests_seconds_count{cluster=\"main\",route=\"statement\",status=\"200\"}",
            "passgate_requests_seconds_count{cluster=\"none\",route=\"poll\",status=\"401\"}",
            "passgate_requests_seconds_count{cluster=\"none\",route=\"none\",status=\"404\"}",
            "passgate_issuer_keys_age_seconds{issuer=\"acme\"}",
            "passgate_issuer_refresh_total{issuer=\"acme\",outcome=\"success\"}",
            "passgate_queries_total{cluster=\"main\",issuer=\"acme\"}",
            "passgate_response_bytes_total{cluster=\"main\"}");
    Poll.until(
        "metrics",
        LIMIT,
        () -> {
          List<String> series =
              management("GET", "/actuator/prometheus")
                  .text()
                  .lines()
                  .filter(line -> !line.startsWith("#") && line.indexOf(' ') > 0)
                  .map(line -> line.substring(0, line.lastIndexOf(' ')))
                  .toList();
          assertThat(series).containsAll(expected);
          return true;
        });
  }

  private static List<Map<String, Object>> audit(CapturedLog log) {
    return log.of("passgate.audit").stream()
        .map(
            line -> {
              try {
                return JSONObjectUtils.parse(line);
              } catch (ParseException e) {
                throw new AssertionError(line, e);
              }
            })
        .toList();
  }

  /** Without what the tests before left, whose last lines may come late. */
  private static List<Map<String, Object>> awaitAudited(CapturedLog log, int count) {
    Poll.until("the audit", LIMIT, () -> audited(log).size() >= count);
    return audited(log);
  }

  private static List<Map<String, Object>> audited(CapturedLog log) {
    return audit(log).stream()
        .filter(line -> "audited".equals(line.get("clientSource")))
        .filter(line -> !"query-end".equals(line.get("event")))
        .toList();
  }

  private static List<Map<String, Object>> awaitAudit(CapturedLog log, int count) {
    Poll.until("the audit", LIMIT, () -> audit(log).size() >= count);
    return audit(log);
  }

  @Test
  void auditsQueriesAndRefusalsAndCancellationsButNoPolls() {
    try (CapturedLog log = CapturedLog.open()) {
      send(Requests.post(token, "select 1", AUDITED, "X-Trino-User: root"));
      awaitAudited(log, 1);
      send(Requests.of("GET", Requests.POLL, token, AUDITED));
      try (RawHttp connection = RawHttp.connect(gateway.uri())) {
        connection.send(Requests.of("HEAD", Requests.POLL, token, AUDITED)).readHeadOnly();
      }
      send(Requests.of("GET", "/v1/info", "", AUDITED));
      send(Requests.of("GET", Requests.POLL, issuer.token("bob").audience("x").build(), AUDITED));
      awaitAudited(log, 2);
      send(Requests.of("DELETE", Requests.POLL, token, AUDITED));
      List<Map<String, Object>> lines = awaitAudited(log, 3);

      assertThat(lines).hasSize(3);
      assertThat(lines.get(0))
          .containsEntry("event", "query")
          .containsEntry("outcome", "accepted")
          .containsEntry("issuer", "acme")
          .containsEntry("user", "alice")
          .containsEntry("subject", "alice")
          .containsEntry("source", "bearer")
          .containsEntry("address", "127.0.0.1")
          .containsEntry("queryId", Requests.QUERY_ID)
          .containsEntry("cluster", "main")
          .containsEntry("clientSource", "audited")
          .containsEntry("method", "POST")
          .containsEntry("route", "statement")
          .containsEntry("status", 200L)
          .containsKeys("requestId", "durationMillis");
      assertThat(Instant.parse((String) lines.get(0).get("time")))
          .isBetween(Instant.now().minus(LIMIT), Instant.now());
      assertThat(lines.get(1))
          .containsEntry("event", "refusal")
          .containsEntry("outcome", "refused")
          .containsEntry("reason", "AUDIENCE_MISMATCH")
          .containsEntry("issuer", "acme")
          .containsEntry("status", 401L)
          .containsEntry("queryId", Requests.QUERY_ID)
          .doesNotContainKeys("user");
      assertThat(lines.get(2))
          .containsEntry("event", "access")
          .containsEntry("queryId", Requests.QUERY_ID)
          .containsEntry("method", "DELETE")
          .containsEntry("user", "alice")
          .containsEntry("status", 204L);
    }
  }

  @Test
  void auditsAQueryWhoseAnswerBreaks() {
    try (CapturedLog log = CapturedLog.open()) {
      origin.enqueue(OriginResponse.raw("").thenReset());
      assertThat(send(Requests.post(token, "select 1", AUDITED)).status()).isEqualTo(502);

      assertThat(awaitAudited(log, 1))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line)
                      .containsEntry("event", "query")
                      .containsEntry("user", "alice")
                      .containsEntry("status", 502L));
    }
  }

  @Test
  void logsNeitherTokensNorSlugs() {
    LocalIssuer stranger = LocalIssuer.start("acme");
    stranger.close();
    String forged =
        issuer.token("mallory").signWith(stranger.signingKey()).header("kid", "acme-1").build();
    List<String> tokens =
        List.of(
            token,
            forged,
            issuer.token("alice").expiresIn(Duration.ofHours(-1)).build(),
            issuer.token("a\nb").build(),
            stranger.token("bob").build(),
            token + "!",
            token.substring(0, token.length() - 30));
    try (CapturedLog log = CapturedLog.open()) {
      for (String one : tokens) {
        send(Requests.post(one, "select 1"));
        send(Requests.of("GET", Requests.POLL, one));
      }
      origin.enqueue(OriginResponse.raw("").thenReset());
      send(Requests.of("GET", Requests.POLL, token));
      origin.enqueue(OriginResponse.raw("nonsense\r\n\r\n").thenClose());
      send(Requests.of("GET", Requests.POLL, token));
      origin.enqueue(
          OriginResponse.chunked(200, "Content-Type: application/json")
              .thenChunk("{\"nextUri\":\"" + origin.uri() + Requests.POLL)
              .thenReset());
      cut(Requests.of("GET", Requests.POLL, token));
      origin.enqueue(
          OriginResponse.json(
              "{\"nextUri\":\"" + origin.uri() + Requests.POLL + "x".repeat(20_000) + "\"}"));
      cut(Requests.of("GET", Requests.POLL, token));
      origin.enqueue(OriginResponse.of(200, "?", "Content-Type: ///"));
      send(Requests.of("GET", Requests.POLL, token));
      // What the listener itself cannot read.
      send(Requests.of("GET", Requests.POLL + "/%zz", token));
      send(Requests.of("GET", Requests.POLL, token, "X: " + "x".repeat(3 << 20)));
      send(Requests.of("GET", Requests.POLL + "?" + "x".repeat(20_000), token));
      send(Requests.of("GET", Requests.POLL, token, "no colon"));
      send(Requests.of("BREW", Requests.POLL, token));
      awaitAudit(log, tokens.size() + 4);

      for (String one : tokens) {
        List<String> parts = List.of(one.split("\\.", -1));
        assertThat(log.all())
            .noneMatch(line -> line.contains(parts.getLast()) || line.contains(parts.get(1)));
      }
      assertThat(log.all()).noneMatch(line -> line.contains("y0123456789abcdef"));
      assertThat(log.all()).noneMatch(line -> line.contains("unexpectedly"));
    }
  }

  private static void cut(String request) {
    URI uri = gateway.uri();
    try (RawHttp connection = RawHttp.connect(uri)) {
      assertThat(connection.send(request).readToEnd()).doesNotEndWith("0\r\n\r\n");
    }
  }
}
