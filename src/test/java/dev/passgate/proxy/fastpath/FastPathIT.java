package dev.passgate.proxy.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.affinity.TestSignatures;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are served on the fast path, and that nobody can tell. */
class FastPathIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String ID = "20260101_000000_00000_abcde";
  private static final String QUEUED = "/v1/statement/queued/" + ID + "/y0123456789abcdef/1";
  private static final String EXECUTING = "/v1/statement/executing/" + ID + "/y0123456789abcdef/1";

  private static RecordingOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static FastPath path;
  private static String token;

  @BeforeAll
  static void start() {
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway = Gateway.inFrontOf(origin.uri()).trust(issuer).start();
    path = gateway.context().getBean(FastPath.class);
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
  }

  /** Has the token known. */
  @BeforeEach
  void reset() {
    origin.reset();
    origin.respondWith(origin::likeTrino);
    assertThat(exchange(gateway, get(QUEUED)).status()).isEqualTo(200);
    origin.reset();
  }

  private static String request(String method, String target, String... lines) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: gateway.test:8888\r\nAuthorization: Bearer ").append(token).append("\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static String get(String poll, String... lines) {
    return request("GET", TestSignatures.signedFor(poll, token), lines);
  }

  private static RawResponse exchange(Gateway through, String request) {
    return RawHttp.exchange(through.uri(), request);
  }

  private static long answeredWhile(Runnable action) {
    Poll.until("nothing under way", LIMIT, () -> path.running() == 0);
    long before = path.answered();
    action.run();
    Poll.until("nothing under way", LIMIT, () -> path.running() == 0);
    return path.answered() - before;
  }

  @Test
  void isOpenAsItShips() {
    assertThat(path.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {QUEUED, EXECUTING})
  void servesPolls(String poll) {
    assertThat(
            answeredWhile(
                () -> {
                  RawResponse response = exchange(gateway, get(poll, "X-Trino-User: mallory"));
                  assertThat(response.status()).isEqualTo(200);
                  assertThat(response.text())
                      .contains("http://gateway.test:8888/")
                      .doesNotContain(origin.uri().getAuthority());
                }))
        .isEqualTo(1);

    RecordedRequest sent = origin.requests().getFirst();
    assertThat(sent.target()).isEqualTo(poll);
    assertThat(sent.headers("X-Trino-User")).containsExactly("alice");
    assertThat(sent.headers("Host")).containsExactly(origin.uri().getAuthority());
    assertThat(sent.headers("Accept-Encoding")).containsExactly("identity");
    assertThat(sent.headers("Authorization")).isEmpty();
  }

  @Test
  void goesOnWithTheConnectionsThatItHas() {
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.send(get(EXECUTING)).read().status()).isEqualTo(200);
      }
    }

    assertThat(origin.requests())
        .hasSize(5)
        .extracting(RecordedRequest::connection)
        .containsOnly(origin.requests().getFirst().connection());
  }

  @Test
  void leavesToTheFiltersWhatIsNoOrdinaryPoll() {
    String signed = TestSignatures.signedFor(EXECUTING, token);
    List<String> others =
        List.of(
            request("HEAD", signed),
            request("DELETE", signed),
            request("GET", EXECUTING),
            request("GET", signed.replace("/1?", "/2?")),
            request("GET", signed, "Connection: X-Trino-User"),
            request("GET", signed, "Connection: close"),
            request("GET", signed, "Content-Length: 0"),
            request("GET", signed, "Content-Length: 5"),
            request("GET", signed, "Transfer-Encoding: chunked"),
            request("GET", signed, "Connection: keep-alive", "Connection: X-Trino-User"),
            request("GET", signed, "Host: another.test"),
            request("GET", signed, "Authorization: Bearer another"),
            request("GET", signed, "idtoken: another"),
            request("GET", "/v1/statement/../info"),
            request("GET", "/v1/query/" + ID),
            request("GET", signed).replace("HTTP/1.1", "HTTP/1.0"));

    assertThat(
            answeredWhile(
                () -> {
                  for (String other : others) {
                    try (RawHttp client = RawHttp.connect(gateway.uri())) {
                      assertThat(client.send(other).readHead()).startsWith("HTTP/1.");
                    }
                  }
                }))
        .isZero();
  }

  @Test
  void letsNobodyHaveTheQueryOfSomebodyElse() {
    String signed = TestSignatures.signedFor(EXECUTING, token);
    String mallory = issuer.token("mallory").build();
    String request =
        "GET "
            + signed
            + " HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer "
            + mallory
            + "\r\n\r\n";

    for (int i = 0; i < 2; i++) {
      assertThat(exchange(gateway, request).status()).isEqualTo(403);
    }
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void keepsTheOrderOfRequestsThatComeAtOnce() {
    String post =
        "POST /v1/statement HTTP/1.1\r\nHost: gateway.test:8888\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Length: 8\r\n\r\nselect 1";
    origin.respondWith(
        request -> OriginResponse.json("{\"id\":\"" + request.method() + request.target() + "\"}"));
    String other = EXECUTING.replace("/1", "/2");

    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      client.send(get(EXECUTING) + post + get(other) + get(EXECUTING) + post);
      assertThat(
              List.of(
                  client.read().text(),
                  client.read().text(),
                  client.read().text(),
                  client.read().text(),
                  client.read().text()))
          .containsExactly(
              "{\"id\":\"GET" + EXECUTING + "\"}",
              "{\"id\":\"POST/v1/statement\"}",
              "{\"id\":\"GET" + other + "\"}",
              "{\"id\":\"GET" + EXECUTING + "\"}",
              "{\"id\":\"POST/v1/statement\"}");
      assertThat(client.send(get(EXECUTING)).read().status()).isEqualTo(200);
    }
  }

  @Test
  void readsNoMoreThanItMayWhileAnAnswerIsDue() {
    CountDownLatch goOn = new CountDownLatch(1);
    origin.enqueue(
        OriginResponse.chunked(200, "Content-Type: application/json")
            .thenAwait(goOn)
            .thenChunk("{}")
            .thenEnd());
    byte[] many = get(EXECUTING).repeat(100).getBytes(StandardCharsets.US_ASCII);
    AtomicLong written = new AtomicLong();
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 1000; i++) {
                      client.send(many);
                      written.addAndGet(many.length);
                    }
                  });
      long[] last = {-1, 0};
      Poll.until(
          "the client to be held up",
          LIMIT,
          () -> {
            long now = written.get();
            last[1] = now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] == 10;
          });

      assertThat(writer.isAlive()).isTrue();
      assertThat(written.get()).isLessThan(16 << 20);
      goOn.countDown();
      assertThat(client.read().text()).isEqualTo("{}");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.compression.enabled=true",
        "server.netty.max-keep-alive-requests=100",
        "spring.webflux.base-path=/base",
        "spring.cloud.gateway.server.webflux.globalcors.cors-configurations.[/**].allowed-origins=*",
        "spring.cloud.gateway.server.webflux.default-filters[0]=AddResponseHeader=X-Own, yes",
        "passgate.limits.answer-pause=5m"
      })
  void isClosedWhereOnlyTheFiltersDoWhatIsConfigured(String setting) {
    int equals = setting.indexOf('=');
    try (Gateway configured =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with(setting.substring(0, equals), setting.substring(equals + 1))
            .start()) {
      assertThat(configured.context().getBean(FastPath.class).isOpen()).isFalse();
    }
  }

  @Test
  void filtersOfARouteRun() {
    String routes = "spring.cloud.gateway.server.webflux.routes[0].";
    try (Gateway filtering =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with(routes + "id", "poll")
            .with(routes + "uri", "trino://cluster")
            .with(
                routes + "predicates[0]",
                "Path=/v1/statement/queued/{*rest},/v1/statement/executing/{*rest}")
            .with(routes + "filters[0]", "AddResponseHeader=X-Own, yes")
            .start()) {
      for (int i = 0; i < 2; i++) {
        assertThat(exchange(filtering, get(EXECUTING)).headers("X-Own")).containsExactly("yes");
      }
      assertThat(filtering.context().getBean(FastPath.class).answered()).isZero();
    }
  }

  @Test
  void isClosedWhereItIsNotWanted() {
    try (Gateway without =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.fast-path.enabled", false)
            .start()) {
      for (int i = 0; i < 2; i++) {
        assertThat(exchange(without, get(EXECUTING)).status()).isEqualTo(200);
      }
      assertThat(without.context().getBean(FastPath.class).answered()).isZero();
    }
  }

  @Test
  void leavesAnAnswerThatItCannotServeToTheFilters() {
    origin.respondWith(
        _ ->
            OriginResponse.of(
                200, "{}", "Content-Type: application/json", "Content-Encoding: gzip"));

    assertThat(
            answeredWhile(
                () -> assertThat(exchange(gateway, get(EXECUTING)).status()).isEqualTo(502)))
        .isZero();
  }

  @Test
  void anAnswerUnderWayIsWholeBeforeTheGatewayEnds() {
    CountDownLatch closing = new CountDownLatch(1);
    try (Gateway ending = Gateway.inFrontOf(origin.uri()).trust(issuer).start();
        RawHttp client = RawHttp.connect(ending.uri())) {
      assertThat(client.send(get(EXECUTING)).read().status()).isEqualTo(200);
      origin.enqueue(
          OriginResponse.chunked(200, "Content-Type: application/json")
              .thenChunk("{\"id\":\"1\",")
              .thenAwait(closing)
              .thenChunk("\"data\":[]}")
              .thenEnd());
      client.send(get(EXECUTING));
      Thread end = Thread.ofVirtual().start(ending::close);
      Gauge draining =
          ending.context().getBean(MeterRegistry.class).get("passgate.draining").gauge();
      Poll.until("the gateway to let its clients go", LIMIT, () -> draining.value() == 1);
      closing.countDown();

      assertThat(client.read().text()).isEqualTo("{\"id\":\"1\",\"data\":[]}");
      Poll.until("the gateway to end", LIMIT, () -> !end.isAlive());
    }
  }
}
