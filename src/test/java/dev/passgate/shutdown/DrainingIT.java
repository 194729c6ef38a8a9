package dev.passgate.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.affinity.TestSignatures;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see of a gateway that ends, step by step. */
@MostlyWaits
class DrainingIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String POLL =
      "/v1/statement/executing/20260101_000000_00000_abcde/y0123456789abcdef/1";
  private static final String JSON = "Content-Type: application/json";

  private static LocalIssuer issuer;
  private static SelfSignedCertificate certificate;

  private RecordingOrigin origin;
  private Gateway gateway;
  private Draining draining;
  private String token;

  @BeforeAll
  static void create() {
    issuer = LocalIssuer.start("acme");
    certificate = SelfSignedCertificate.create();
  }

  @AfterAll
  static void delete() {
    issuer.close();
  }

  @BeforeEach
  void start() {
    origin = RecordingOrigin.start();
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .tls(certificate)
            .with("passgate.shutdown.timeout", "1s")
            .start();
    draining = gateway.context().getBean(Draining.class);
    token = issuer.token("alice").build();
    // From now on the token is known, as the fast path asks for.
    assertThat(exchange(poll()).status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    gateway.close();
    origin.close();
  }

  private String request(String method, String target, String... lines) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: gateway.test:8888\r\nAuthorization: Bearer ").append(token).append("\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private String poll(String... lines) {
    return request("GET", TestSignatures.signedFor(POLL, token), lines);
  }

  /** One that the fast path leaves to the filters. */
  private String filteredPoll() {
    return poll("Content-Length: 0");
  }

  private RawHttp connect(boolean tls) {
    return tls
        ? RawHttp.connect(gateway.tlsUri(), certificate.clientContext())
        : RawHttp.connect(gateway.uri());
  }

  private RawResponse exchange(String request) {
    return RawHttp.exchange(gateway.uri(), request);
  }

  private static void assertEnds(RawHttp connection, RawResponse answer) {
    assertThat(answer.headers("Connection")).as(answer.head()).containsExactly("close");
    assertThat(connection.isClosedWithin(LIMIT)).isTrue();
  }

  private String requestOf(String kind) {
    return switch (kind) {
      case "poll on the fast path" -> poll();
      case "poll through the filters" -> filteredPoll();
      case "statement" -> request("POST", "/v1/statement", "Content-Length: 8") + "select 1";
      case "cancel" -> request("DELETE", TestSignatures.signedFor(POLL, token));
      case "head" -> request("HEAD", "/v1/statement");
      case "health" -> request("GET", "/health");
      case "not found" -> request("GET", "/nothing");
      case "no credential" -> "GET /v1/query HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
      case "wrong form" -> request("GET", "/v1/%2e%2e/query");
      case "no HTTP" -> "GET /\u0001 HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          poll on the fast path, 200
          poll through the filters, 200
          statement, 200
          cancel, 204
          head, 200
          health, 200
          not found, 404
          no credential, 401
          wrong form, 400
          no HTTP, 400
          """)
  void everyAnswerSaysThatTheConnectionEnds(String kind, int status) throws Exception {
    for (boolean tls : new boolean[] {false, true}) {
      try (RawHttp kept = connect(tls);
          RawHttp before = connect(tls)) {
        RawResponse health = before.send(request("GET", "/health")).read();
        assertThat(health.headers("Connection")).isEmpty();
        draining.begin();

        // One that was there before, and one that comes now.
        for (RawHttp connection : new RawHttp[] {before, kept, connect(tls)}) {
          connection.send(requestOf(kind));
          RawResponse answer = kind.equals("head") ? connection.readHeadOnly() : connection.read();
          assertThat(answer.status()).as(answer.text()).isEqualTo(status);
          assertEnds(connection, answer);
          connection.close();
        }
        if (!tls) {
          // The TLS listener's turn is with another gateway.
          stop();
          start();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionsAreTakenUntilTheEnd(boolean tls) throws Exception {
    draining.begin();
    try (RawHttp late = connect(tls)) {
      assertThat(late.send(request("GET", "/health")).read().status()).isEqualTo(200);
    }

    draining.end();
    assertThatThrownBy(() -> connect(tls)).hasRootCauseInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "true, true", "false, true"})
  void answersThatRunFinish(boolean fast, boolean tls) throws Exception {
    CountDownLatch rest = new CountDownLatch(1);
    origin.respondWith(
        _ ->
            OriginResponse.chunked(200, JSON)
                .thenChunk("{\"id\":\"1\",")
                .thenAwait(rest)
                .thenChunk("\"stats\":{}}")
                .thenEnd());
    try (RawHttp client = connect(tls)) {
      client.send(fast ? poll() : filteredPoll());
      assertThat(client.readHead()).doesNotContainIgnoringCase("connection: close");

      draining.begin();
      assertThat(draining.running()).isEqualTo(1);
      draining.end();
      assertThat(draining.awaitEnd(TimeUnit.MILLISECONDS.toNanos(100))).isFalse();
      // The next request may be on its way when the client is through, and is the one that is told.
      client.send("GET /health HTTP/1.1\r\nHost: gateway.test\r\n\r\n");
      rest.countDown();

      assertThat(client.readToEnd())
          .contains("\"stats\":{}}\r\n0\r\n\r\nHTTP/1.1 200 OK")
          .containsIgnoringCase("connection: close");
      assertThat(draining.awaitEnd(LIMIT.toNanos())).isTrue();
      assertThat(draining.cutExchanges()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "true, true", "false, true"})
  void answersThatTakeTooLongAreCutAndNeverEnded(boolean fast, boolean tls) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    origin.respondWith(
        _ -> OriginResponse.chunked(200, JSON).thenChunk("{\"id\":\"1\",").thenAwait(never));
    try (RawHttp client = connect(tls)) {
      client.send(fast ? poll() : filteredPoll());
      client.readHead();

      gateway.close();
      assertThat(client.readToEnd()).contains("{\"id\":\"1\",").doesNotContain("0\r\n\r\n");
      assertThat(draining.cutExchanges()).isEqualTo(1);
      assertThat(draining.open()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pollsWithoutAnAnswerAreToldToComeAgain(boolean fast) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    origin.reset();
    origin.respondWith(_ -> OriginResponse.raw("").thenAwait(never));
    try (RawHttp client = connect(false)) {
      client.send(fast ? poll() : filteredPoll());
      origin.awaitRequests(1, LIMIT);

      gateway.close();
      RawResponse answer = client.read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers("Retry-After")).containsExactly("1");
      assertThat(answer.text()).startsWith("the gateway is shutting down, please try again");
      assertEnds(client, answer);
    }
  }

  @Test
  void statementsWithoutAnAnswerAreNotToldToComeAgain() {
    CountDownLatch never = new CountDownLatch(1);
    origin.reset();
    origin.respondWith(_ -> OriginResponse.raw("").thenAwait(never));
    try (RawHttp client = connect(false)) {
      client.send(requestOf("statement"));
      origin.awaitRequests(1, LIMIT);

      gateway.close();
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void idleConnectionsAreClosedAtTheEnd(boolean tls) throws Exception {
    try (RawHttp used = connect(tls);
        RawHttp unused = connect(tls)) {
      assertThat(used.send(poll()).read().status()).isEqualTo(200);
      draining.begin();
      assertThat(draining.open()).isEqualTo(2);
      draining.end();

      assertThat(used.isClosedWithin(LIMIT)).isTrue();
      assertThat(unused.isClosedWithin(LIMIT)).isTrue();
      assertThat(draining.awaitEnd(LIMIT.toNanos())).isTrue();
    }
  }

  @Test
  void requestsThatHaveBegunToComeAreAnswered() throws Exception {
    try (RawHttp head = connect(false);
        RawHttp body = connect(false)) {
      head.send(poll().substring(0, 40));
      body.send(request("POST", "/v1/statement", "Content-Length: 8") + "sel");
      Poll.until("a request", LIMIT, () -> draining.running() == 1);
      draining.begin();
      draining.end();
      assertThat(draining.awaitEnd(TimeUnit.MILLISECONDS.toNanos(1500))).isFalse();

      body.send("ect 1");
      assertEnds(body, body.read());
      head.send(poll().substring(40));
      assertEnds(head, head.read());
    }
  }

  @Test
  void whatFollowsAnAnnouncedEndIsNotServed() {
    origin.reset();
    try (RawHttp client = connect(false)) {
      String answers = client.send(poll("Connection: close") + poll() + poll()).readToEnd();

      assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(2);
    }
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void requestsThatCameTogetherAreAllAnswered() {
    draining.begin();
    try (RawHttp client = connect(false)) {
      String statement = requestOf("statement");
      String answers = client.send(statement + statement + poll()).readToEnd();

      String[] each = answers.split("HTTP/1.1 200", -1);
      assertThat(each).hasSize(4);
      assertThat(each[1] + each[2]).doesNotContainIgnoringCase("connection: close");
      assertThat(each[3]).containsIgnoringCase("connection: close");
    }
  }

  @Test
  void tellsThatItIsDraining() {
    String request = "GET /actuator/prometheus HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
    assertThat(RawHttp.exchange(gateway.managementUri(), request).text())
        .contains("passgate_draining 0.0");
    draining.begin();

    RawResponse metrics = RawHttp.exchange(gateway.managementUri(), request);
    assertThat(metrics.text()).contains("passgate_draining 1.0");
    assertThat(metrics.headers("Connection")).isEmpty();
  }

  private int health(String group) {
    try {
      return RawHttp.exchange(
              gateway.managementUri(),
              "GET /actuator/health/" + group + " HTTP/1.1\r\nHost: gateway.test\r\n\r\n")
          .status();
    } catch (UncheckedIOException _) {
      return 0;
    }
  }

  @Test
  void saysFirstThatItIsNotReady() throws Exception {
    CountDownLatch rest = new CountDownLatch(1);
    gateway.close();
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.shutdown.delay", "10m")
            .start();
    assertThat(health("readiness")).isEqualTo(200);
    origin.respondWith(
        _ -> OriginResponse.chunked(200, JSON).thenChunk("{").thenAwait(rest).thenEnd());
    Thread closing = Thread.ofPlatform().start(gateway::close);
    try {
      Poll.until("readiness", LIMIT, () -> health("readiness") == 503);

      assertThat(health("liveness")).isEqualTo(200);
      try (RawHttp client = connect(false)) {
        client.send(filteredPoll());
        assertThat(client.readHead()).containsIgnoringCase("connection: close");
        assertThat(health("readiness")).isEqualTo(503);
        rest.countDown();
        assertThat(client.readToEnd()).endsWith("0\r\n\r\n");
      }
    } finally {
      closing.interrupt();
    }
    assertThat(closing.join(LIMIT)).isTrue();
    assertThat(health("liveness")).isZero();
  }
}
