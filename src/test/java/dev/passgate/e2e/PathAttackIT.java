package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to reach what is not served, by the target and the form of a request. */
class PathAttackIT {

  private static final String QUERY_PATH = "/v1/statement/queued/20260101_000000_00000_abcde/y0/1";

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v1/statement",
        "///v1/statement",
        "/v1//statement",
        "/v1/statement//",
        "/v1/%73tatement",
        "/%761/statement",
        "/v1/s%74atement/queued/x",
        "/v1%2Fstatement",
        "/v1%2fstatement",
        "/v1/statement%2F..%2Ftask",
        "/v1/statement/..;/",
        "/v1/statement/..;/task",
        "/v1/statement/queued/..;/..;/task",
        "/v1/statement/../task",
        "/v1/info/../task",
        "/v1/info/..",
        "/v1/info/.",
        "/v1/./info",
        "/./v1/info",
        "/../v1/info",
        "/v1/statement/%2e%2e/task",
        "/v1/statement/%2E%2E/task",
        "/v1/statement/.%2e/task",
        "/v1/statement/%2e./task",
        "/v1/info/%2e%2e/task",
        "/v1/statement/%252e%252e/task",
        "/v1/statement/queued/%252e%252e/%252e%252e/task",
        "/v1/statement%5C..%5Ctask",
        "/v1/statement\\..\\task",
        "\\v1\\statement",
        "/\\v1/statement",
        "/v1/statement%00",
        "/v1/statement%00.html",
        "/v1/statement%0d%0a",
        "/v1/statement%0D%0AX-Trino-User:root",
        "/v1/statement/queued/x%0D%0A",
        "/v1/statement;jsessionid=1",
        "/v1;x=y/statement",
        "/v1/statement;",
        "/v1/statement%3B",
        "/v1/statement%3bx",
        "/v1/info;/../task",
        "/v1/statement%",
        "/v1/statement%2",
        "/v1/statement%zz",
        "/v1/statement%u002f",
        "/v1/%c0%afstatement",
        "/v1/%C0%AE%C0%AE/task",
        "/v1/%E0%80%AF/task",
        "/v1/statement/queued/%FF",
        "/v1/statement/queued/%ED%A0%80",
        "/v1/statement/queued/\u00e9",
        "/v1/statement#fragment",
        "/v1/statement/queued/<x>",
        "/v1/statement/queued/{x}",
        "/v1/statement/queued/a|b",
        "/v1/statement/queued/a^b",
        "/v1/statement/queued/\"x\"",
        "/v1/statement/queued/`x`",
        "/v1/statement/queued/[x]",
        "/ui/%2e%2e/v1/task",
        "/ui/../v1/task",
        "/ui//../v1/task",
        "/ui/..%2fv1/task",
        "v1/statement",
        "statement",
        "?",
        "*",
        "http://evil.example/v1/task",
        "http://evil.example/v1/info",
        "http://trino.example:8888/v1/info",
        "http://trino.example:8888/v1/statement",
        "HTTP://trino.example:8888/v1/info",
        "https://trino.example:8888/v1/info",
        "http:///v1/info",
        "http:/v1/info",
        "http:v1/info",
        "http://root@trino.example:8888/v1/info",
        "ws://trino.example/v1/info",
        "file:///etc/passwd",
        "trino.example:8888",
        "trino.example:8888/v1/info",
        "//trino.example:8888/v1/info",
        "//evil.example",
      })
  void refusesATargetThatIsNotAPlainPath(String target) {
    for (String method : new String[] {"GET", "POST", "OPTIONS", "CONNECT", "DELETE"}) {
      guarded.reset();
      assertRefused(400, GuardedOrigin.request(method, target, guarded.authorization()));
      assertRefused(400, GuardedOrigin.request(method, target));
      guarded.assertNothingArrived();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/task",
        "/v1/task/",
        "/v1/task/x/results/0/0",
        "/v1/node",
        "/v1/node/failed",
        "/v1/memory",
        "/v1/memory/general",
        "/v1/announcement",
        "/v1/announcement/x",
        "/v1/announce",
        "/v1/jmx/mbean",
        "/v1/jmx",
        "/v1/thread",
        "/v1/service",
        "/v1/service/presto",
        "/v1/store/x",
        "/v1/maxActiveSplits",
        "/v1/resourceGroupState/global",
        "/v1/queryState",
        "/v1/integrations/gateway/metrics",
        "/v1/info/state",
        "/v1/info/coordinator",
        "/v1/info/",
        "/v1/status/",
        "/v1/spooled",
        "/v1/spooled/x",
        "/v1/spooled/download/x/y",
        "/v1/statement/",
        "/v1/statement/partialCancel/x",
        "/v1/statements",
        "/v1/statement.json",
        "/v1/statement%20",
        "/v1/statement%3Fx",
        "/v1/statement%23",
        "/V1/statement",
        "/v1/Statement",
        "/V1/INFO",
        "/UI",
        "/Ui/",
        "/uix",
        "/v1",
        "/v1/",
        "/v2/statement",
        "/v1/queryx",
        "/v1/infox",
        "/metrics",
        "/oauth2/callback",
        "/oauth2/token/x",
        "/actuator",
        "/actuator/health",
        "/actuator/gateway/routes",
        "/actuator/gateway/refresh",
        "/actuator/env",
        "/actuator/prometheus",
        "/query/",
        "/query/x",
        "/Query",
        "/query/download",
        "/query/download/arrow",
        "/query/download/csv/",
        "/query/download/xml",
        "/openapi",
        "/openapi.json",
        "/openapi.yaml/",
        "/auth/acme/oauth2/authorize",
        "/auth/acme/token",
        "/auth/acme/oauth2/token/",
        "/api",
        "/api/validated",
        "/api/validate.html",
        "/error",
        "/favicon.ico",
        "/index.html",
        "/webjars/x",
        "/login",
        "/logout",
        "/%E2%80%A5/v1/task"
      })
  void doesNotServeThePathToAnybody(String target) {
    for (String method : new String[] {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
      guarded.reset();
      assertRefused(404, GuardedOrigin.request(method, target, guarded.authorization()));
      assertRefused(404, GuardedOrigin.request(method, target));
      guarded.assertNothingArrived();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/statement",
    "PUT, /v1/statement",
    "DELETE, /v1/statement",
    "OPTIONS, /v1/statement",
    "PATCH, /v1/statement",
    "POST, /v1/statement/queued/x/y/1",
    "PUT, /v1/statement/queued/x/y/1",
    "POST, /v1/query/x",
    "PUT, /v1/info",
    "POST, /v1/info",
    "DELETE, /v1/info",
    "PUT, /v1/info/state",
    "PUT, /v1/status"
  })
  void doesNotServeTheMethod(String method, String target) {
    assertRefused(404, GuardedOrigin.request(method, target, guarded.authorization()));
    assertRefused(404, GuardedOrigin.request(method, target));
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CONNECT", "TRACE", "get", "Post", "POSTS", "PROPFIND", "M-SEARCH", "PRI"})
  void refusesAnUnusualMethod(String method) {
    for (String target : List.of("/ui/", "/v1/statement", QUERY_PATH, "/v1/info", "/v1/task")) {
      assertRefused(400, GuardedOrigin.request(method, target, guarded.authorization()));
      assertRefused(400, GuardedOrigin.request(method, target));
    }
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/statement",
    "HEAD, /v1/statement",
    "POST, /v1/statement?x=y",
    "GET, /v1/statement/queued/x/y/1",
    "GET, /v1/statement/executing/x/y/1",
    "HEAD, /v1/statement/executing/x/y/1",
    "DELETE, /v1/statement/executing/x/y/1",
    "DELETE, /v1/statement/executing/partialCancel/x/0/y/1",
    "GET, /v1/statement/queued/",
    "GET, /v1/query",
    "GET, /v1/query/x",
    "DELETE, /v1/query/x",
    "PUT, /v1/query/x/killed",
    "GET, /ui",
    "GET, /ui/",
    "POST, /ui/login",
    "GET, /ui/api/query",
    "GET, /ui/query.html?20260101_000000_00000_abcde",
  })
  void servesThePathToAnIdentityAlone(String method, String target) {
    RawResponse refusal = exchange(GuardedOrigin.request(method, target), method);
    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.headers("WWW-Authenticate")).containsExactly("Bearer realm=\"passgate\"");
    guarded.assertNothingArrived();
    guarded.reset();

    RawResponse answer =
        exchange(GuardedOrigin.request(method, target, guarded.authorization()), method);

    assertThat(answer.status()).isEqualTo(200);
    RecordedRequest arrived = guarded.onlyArrival();
    assertThat(GuardedOrigin.told(arrived)).isEqualTo(method + " " + target + " [alice]");
  }

  @ParameterizedTest
  @CsvSource({"GET, /v1/info", "HEAD, /v1/info", "GET, /v1/status", "HEAD, /v1/status"})
  void servesThePathToEverybodyAsNobody(String method, String target) {
    assertThat(exchange(GuardedOrigin.request(method, target), method).status()).isEqualTo(200);

    assertThat(GuardedOrigin.told(guarded.onlyArrival())).isEqualTo(method + " " + target + " []");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health"})
  void answersForItself(String target) {
    assertThat(guarded.exchange(GuardedOrigin.request("GET", target)).status()).isEqualTo(200);
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?",
        "?a",
        "?a=",
        "?=a",
        "?&&a=b&&",
        "?a=b&a=c&A=d",
        "?a=%41%2f%2F%2e%20%00",
        "?a=b+c",
        "?a=../../v1/task",
        "?a=//;x",
        "?a?b?c",
        "?a='x'&b=(y)&c=$d!*,;:@/",
        "?%E2%82%AC=%c3%a9",
        "?a=%25%2525",
        "?access_token=secret",
        "?a=~-._",
      })
  void keepsTheQueryByteForByte(String query) {
    String target = QUERY_PATH + query;

    RawResponse answer =
        guarded.exchange(GuardedOrigin.request("GET", target, guarded.authorization()));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(guarded.onlyArrival().target()).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?a=%",
        "?a=%zz",
        "?a=\u00e9",
        "?a=<b>",
        "?a=\"",
        "?a=#b",
        "?a={b}",
        "?a=|",
        "?a=\\",
        "?a=\0",
        "?a=`",
        "?a=^",
        "?a=[b]"
      })
  void refusesAQueryThatIsNoneOrKeepsIt(String query) {
    String target = QUERY_PATH + query;

    RawResponse answer =
        guarded.exchange(GuardedOrigin.request("GET", target, guarded.authorization()));

    if (answer.status() == 200) {
      assertThat(guarded.onlyArrival().target()).isEqualTo(target);
    } else {
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      guarded.assertNothingArrived();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: a.example\r\nHost: a.example",
        "Host: a.example\r\nhost: b.example",
        "Host: a.example, b.example",
        "Host:",
        "Host:  ",
        "Host: root@a.example",
        "Host: root:x@a.example:80",
        "Host: a.example/x",
        "Host: a.example/",
        "Host: a.example?x",
        "Host: a.example#x",
        "Host: a.example\\x",
        "Host: a b.example",
        "Host: a.example:x",
        "Host: a.example:99999",
        "Host: a.example:-1",
        "Host: a.example:80:80",
        "Host: [::1",
        "Host: http://a.example",
        "Host: a.example\r\n b.example",
        "Host: a%2eexample",
        "Host: a.example\0",
        "Host: \u00e9.example",
        "Host: \"a.example\"",
        "Host: a.example;x",
        "Host: <a.example>",
        "Host : a.example",
        "Host: a.example\r\nHost : b.example",
        "Host\t: a.example",
        " Host: a.example",
      })
  void refusesARequestWithoutOneValidHost(String lines) {
    String host = lines.isEmpty() ? "" : lines + "\r\n";
    for (String target : new String[] {"/v1/statement", "/v1/info", QUERY_PATH}) {
      String method = target.equals("/v1/statement") ? "POST" : "GET";
      assertRefused(
          400,
          method
              + " "
              + target
              + " HTTP/1.1\r\n"
              + host
              + guarded.authorization()
              + "\r\nContent-Length: 0\r\n\r\n");
    }
    guarded.assertNothingArrived();
  }

  @Test
  void refusesAHostThatIsTooLong() {
    String host = "a".repeat(50) + ("." + "a".repeat(50)).repeat(20);
    assertRefused(
        400,
        "GET /v1/info HTTP/1.1\r\nHost: " + host + "\r\n" + guarded.authorization() + "\r\n\r\n");
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/info HTTP/1.0\r\n\r\n",
        "GET /v1/info HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET /v1/info\r\n\r\n",
        "GET /v1/info\n",
        "GET /v1/info HTTP/0.9\r\nHost: a\r\n\r\n",
        "GET /v1/info HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET /v1/info HTTP/3\r\nHost: a\r\n\r\n",
        "GET /v1/info HTTP/1.1x\r\nHost: a\r\n\r\n",
        "GET /v1/info HTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v1/info /v1/task HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v1/info x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\0 /v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
        "G(T /v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
        "/v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        "\26\3\1\0\5\1\0\0\1\0\r\n\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\nGET /v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        "CONNECT 127.0.0.1:8080 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
      })
  void refusesWhatIsNotAPlainRequest(String bytes) {
    try (RawHttp connection = guarded.connect()) {
      RawResponse answer = connection.send(bytes).read();

      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/info http/1.1\r\nHost: a\r\n\r\n",
        "GET /v1/info  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  /v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/v1/info\tHTTP/1.1\r\nHost: a\r\n\r\n",
        " GET /v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET /v1/info HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void writesALooseRequestLineAnew(String bytes) {
    try (RawHttp connection = guarded.connect()) {
      assertThat(connection.send(bytes).read().body()).isEqualTo("GET /v1/info []");
    }
    assertThat(guarded.onlyArrival().startLine()).isEqualTo("GET /v1/info HTTP/1.1");
  }

  private static RawResponse exchange(String request, String method) {
    try (RawHttp connection = guarded.connect()) {
      connection.send(request);
      return method.equals("HEAD") ? connection.readHeadOnly() : connection.read();
    }
  }

  private static void assertRefused(int status, String request) {
    RawResponse answer = guarded.exchange(request);
    assertThat(answer.status()).as("%s%n%s", request, answer.body()).isEqualTo(status);
    assertThat(answer.body()).hasSizeLessThan(300);
  }
}
