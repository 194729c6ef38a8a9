package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What joins a client's failure to the gateway's logs, and what these, and metrics, say. */
class CorrelationIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLUG = "y0123456789abcdef0123456789abcdef01234567";
  private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("passgate.access");

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway gateway;
  private static Gateway filtered;
  private static Gateway behindProxy;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    gateway = Gateway.inFrontOf(origin.uri()).trust(issuer).start();
    filtered =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.fast-path.enabled", false)
            .start();
    behindProxy =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.trusted-proxies", "127.0.0.0/8")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    filtered.close();
    behindProxy.close();
    origin.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    origin.reset();
    ACCESS.setLevel(Level.INFO);
  }

  @AfterEach
  void switchOff() {
    ACCESS.setLevel(Level.OFF);
  }

  private static String id(RawResponse answer) {
    assertThat(answer.headers("X-Request-Id")).as(answer.head()).hasSize(1);
    return answer.headers("X-Request-Id").getFirst();
  }

  private static String line(CapturedLog log, String logger, String id) {
    String member = "\"requestId\":\"" + id + "\"";
    Poll.until(
        logger + " of " + id,
        LIMIT,
        () -> log.of(logger).stream().anyMatch(line -> line.contains(member)));
    List<String> lines = log.of(logger).stream().filter(line -> line.contains(member)).toList();
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nowhere, 404",
    "GET, /v1/nowhere, 404",
    "GET, //v1/statement, 400",
    "POST, /v1/statement, 401",
    "POST, /query, 401"
  })
  void namesTheRequestInTheFailureAndInTheAccessLog(String method, String path, int status) {
    try (CapturedLog log = CapturedLog.open()) {
      RawResponse answer =
          RawHttp.exchange(gateway.uri(), Requests.of(method, path + "?secret=1", "not-a-token"));

      assertThat(answer.status()).isEqualTo(status);
      String id = id(answer);
      assertThat(answer.text())
          .containsAnyOf(" (request " + id + ")\n", "\"requestId\":\"" + id + "\"");
      assertThat(line(log, "passgate.access", id))
          .contains("\"status\":" + status, "\"path\":\"" + path + "\"")
          .doesNotContain("secret", "not-a-token");
      if (status == 401) {
        assertThat(line(log, "passgate.audit", id)).contains("\"event\":\"refusal\"");
      }
    }
  }

  @Test
  void namesTheRequestThatIsNoHttp() {
    try (CapturedLog log = CapturedLog.open();
        RawHttp connection = RawHttp.connect(gateway.uri())) {
      RawResponse answer =
          connection.send("GET /v1/info HTTP/1.1\r\nHost: a\r\nbad header: 1\r\n\r\n").read();

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).endsWith(" (request " + id(answer) + ")\n");
      assertThat(line(log, "passgate.access", id(answer))).contains("\"status\":400");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void namesThePollThatAClusterRefuses(boolean withFastPath) {
    Gateway asked = withFastPath ? gateway : filtered;
    String token = issuer.token("alice").build();
    new RunningStatements(origin);
    try (CapturedLog log = CapturedLog.open()) {
      String path = RunningStatements.next(RunningStatements.post(asked.uri(), token));
      origin.enqueue(OriginResponse.of(410, "gone"));
      RawResponse answer = RawHttp.exchange(asked.uri(), Requests.of("GET", path, token));

      assertThat(answer.status()).isEqualTo(410);
      assertThat(answer.text()).isEqualTo("gone");
      assertThat(line(log, "passgate.access", id(answer)))
          .contains("\"status\":410", "\"user\":\"alice\"", "\"route\":\"poll\"")
          .doesNotContain(path.substring(path.lastIndexOf('/')), "y0123456789abcdef");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void namesThePollThatTheClusterIsSilentOn(boolean withFastPath) {
    String token = issuer.token("bob").build();
    CountDownLatch never = new CountDownLatch(1);
    new RunningStatements(origin);
    try (Gateway asked =
            Gateway.inFrontOf(origin.uri())
                .trust(issuer)
                .with("passgate.limits.answer-pause", "1s")
                .with("passgate.fast-path.enabled", withFastPath)
                .start();
        CapturedLog log = CapturedLog.open()) {
      String path = RunningStatements.next(RunningStatements.post(asked.uri(), token));
      origin.enqueue(OriginResponse.raw("").thenAwait(never));
      RawResponse answer = RawHttp.exchange(asked.uri(), Requests.of("GET", path, token));

      Requests.assertPassing(answer, 504);
      String id = id(answer);
      assertThat(id).matches(withFastPath ? "[0-9a-f]+-p1" : "[0-9a-f]+-\\d+");
      Poll.until(
          "the log",
          LIMIT,
          () ->
              log.all().stream()
                  .anyMatch(line -> line.contains("took too long") && line.contains(id)));
    } finally {
      never.countDown();
    }
  }

  @Test
  void takesTheIdOfATrustedProxyAndOfNobodyElse() {
    String given = "X-Request-Id: edge-0123.4567";
    RawResponse trusted =
        RawHttp.exchange(behindProxy.uri(), Requests.of("GET", "/v1/nowhere", "", given));
    RawResponse stranger =
        RawHttp.exchange(gateway.uri(), Requests.of("GET", "/v1/nowhere", "", given));

    assertThat(id(trusted)).isEqualTo("edge-0123.4567");
    assertThat(trusted.text()).endsWith("(request edge-0123.4567)\n");
    assertThat(id(stranger)).isNotEqualTo("edge-0123.4567");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\"b", "a)b", "{}", "a,b", "<b>", "\u00fc", "%0a", "", "a\tb"})
  void takesNoIdThatIsNone(String value) {
    RawResponse answer =
        RawHttp.exchange(
            behindProxy.uri(), Requests.of("GET", "/v1/nowhere", "", "X-Request-Id: " + value));

    assertThat(id(answer)).isNotEqualTo(value).matches("[0-9a-f]+-\\d+");
  }

  @Test
  void writesNothingSecretInTheAccessLog() {
    String token = issuer.token("carol").build();
    try (CapturedLog log = CapturedLog.open()) {
      for (String path :
          List.of(
              "/v1/statement/executing/" + Requests.QUERY_ID + "/" + SLUG + "/1?s=sig",
              "/v1/spooled/download/secret",
              "/~" + Requests.QUERY_ID + ".sig/v1/statement/queued/" + Requests.QUERY_ID + "/s/1",
              "/nowhere/" + token,
              "/nowhere;" + SLUG,
              "/nowhere?token=" + token)) {
        RawHttp.exchange(gateway.uri(), Requests.of("GET", path, token));
      }
      Poll.until("the access log", LIMIT, () -> log.of("passgate.access").size() >= 6);

      assertThat(log.of("passgate.access"))
          .noneMatch(
              line ->
                  line.contains(token)
                      || line.contains(SLUG)
                      || line.contains("sig")
                      || line.contains("/s/")
                      || line.contains("download/secret"));
    }
  }

  @Test
  void writesNoAccessLogUnlessAskedTo() {
    ACCESS.setLevel(Level.OFF);
    try (CapturedLog log = CapturedLog.open()) {
      RawHttp.exchange(gateway.uri(), Requests.of("GET", "/health", ""));
      RawHttp.exchange(gateway.uri(), Requests.of("GET", "/nowhere", ""));

      assertThat(log.of("passgate.access")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passesTheTraceOfTheClientOn(boolean withFastPath) {
    Gateway asked = withFastPath ? gateway : filtered;
    String token = issuer.token("dave").build();
    new RunningStatements(origin);
    String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    String[] lines = {"traceparent: " + parent, "tracestate: a=1,b=2"};
    String path =
        RunningStatements.next(
            RawHttp.exchange(asked.uri(), Requests.post(token, "SELECT 1", lines)));
    RawHttp.exchange(asked.uri(), Requests.of("GET", path, token, lines));

    assertThat(origin.requests())
        .hasSize(2)
        .allSatisfy(
            request -> {
              assertThat(request.headers("traceparent")).containsExactly(parent);
              assertThat(request.headers("tracestate")).containsExactly("a=1,b=2");
            });
  }

  private static Set<String> series() {
    String text =
        RawHttp.exchange(gateway.managementUri(), Requests.of("GET", "/actuator/prometheus", ""))
            .text();
    return text.lines()
        .filter(line -> line.startsWith("passgate_"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Tokens, paths, methods and headers as hostile clients make them up. */
  private static void attack(int round) {
    for (int i = 0; i < 20; i++) {
      String made = round + "x" + i;
      String user = issuer.token("user-" + made).build();
      String stranger = issuer.token(made).claim("iss", "https://" + made + ".example").build();
      String unknown = issuer.token(made).header("kid", "kid-" + made).build();
      for (String token : List.of(user, stranger, unknown, "not." + made + ".token")) {
        RawHttp.exchange(
            gateway.uri(),
            Requests.post(token, "SELECT 1", "X-Trino-Source: " + made, "X-Request-Id: " + made));
      }
      for (String path :
          List.of(
              "/" + made,
              "/v1/" + made,
              "/v1/query/" + made,
              "/ui/" + made,
              "/auth/" + made + "/oauth2/token",
              "/v1/statement/executing/" + Requests.QUERY_ID + "/" + made + "/1")) {
        RawHttp.exchange(gateway.uri(), Requests.of("GET", path, user));
        RawHttp.exchange(gateway.uri(), Requests.of("POST", path, user));
      }
      RawHttp.exchange(gateway.uri(), Requests.of("M" + round + "A" + i, "/v1/info", user));
    }
  }

  @Test
  void makesNoSeriesOfWhatClientsSend() {
    attack(1);
    attack(2);
    attack(3);

    Pattern label = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    Set<String> values = new TreeSet<>();
    for (String name : series()) {
      label
          .matcher(name)
          .results()
          .forEach(found -> values.add(found.group(1) + "=" + found.group(2)));
    }
    assertThat(values)
        .allMatch(
            value ->
                value.matches(
                    "issuer=(acme|none)|source=(bearer|none)|cluster=(main|none)|version=unknown"
                        + "|route=(statement|poll|query|ui|info|token|sql|none)|status=[1-5]\\d\\d"
                        + "|limit=(new-)?queries-per-user|outcome=[a-z_]+"))
        .contains("route=none", "outcome=accepted", "outcome=unknown_issuer", "version=unknown");
    assertThat(series()).hasSizeLessThan(200);
  }
}
