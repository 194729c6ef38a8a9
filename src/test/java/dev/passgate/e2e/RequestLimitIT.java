package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are too large or too slow. */
@MostlyWaits
class RequestLimitIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LARGEST_BODY = 1024 * 1024;

  private static RecordingOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static String token;

  @BeforeAll
  static void start() {
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.request-body", LARGEST_BODY + "B")
            .with("passgate.limits.request-head-time", "1s")
            .start();
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
  }

  @AfterEach
  void reset() {
    origin.reset();
  }

  private static String head(String framing) {
    return Requests.head("POST", "/v1/statement", token, new String[0], framing);
  }

  /** A body which is a request itself, for whoever takes the end of a refused request wrongly. */
  private static String smuggled(int length) {
    String request = Requests.of("DELETE", "/v1/query/smuggled", token);
    return request + "x".repeat(length - request.length());
  }

  /** That the connection is at its end, or just before a request, and nowhere else. */
  private static void assertSane(RawHttp connection) {
    trySend(connection, Requests.of("GET", "/health", "", "Connection: close"));
    assertThat(connection.readToEnd()).matches("(?s)(HTTP/1.1 200 OK.*\"healthy\".*)?");
    assertThat(origin.requests()).noneMatch(request -> request.target().contains("smuggled"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked", "Content-Length: 1000000"})
  void refusesABodyOnAGetAtOnceAndWithoutAConnectionToTheCluster(String framing) {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.head("GET", "/v1/info", "", new String[0], framing));

      assertThat(connection.read().status()).isEqualTo(400);
    }
    assertThat(origin.requests()).isEmpty();
  }

  private static void assertTooLarge(RawResponse response) {
    assertFailure(response, 413);
    assertThat(response.text()).contains(LARGEST_BODY + " bytes", "passgate.limits.request-body");
  }

  @Test
  void takesTheLargestBody() {
    assertThat(
            RawHttp.exchange(gateway.uri(), Requests.post(token, "x".repeat(LARGEST_BODY)))
                .status())
        .isEqualTo(200);
    assertThat(origin.requests().getLast().body()).hasSize(LARGEST_BODY);
  }

  @Test
  void refusesABodyThatIsDeclaredTooLargeBeforeItComes() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.limit(Duration.ofSeconds(5));
      connection.send(head("Content-Length: " + (LARGEST_BODY + 1)));

      assertTooLarge(connection.read());
    }
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void refusesABodyThatIsDeclaredTooLargeAsItComes() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.limit(Duration.ofSeconds(5));
      connection.send(head("Content-Length: " + (LARGEST_BODY + 1)));
      trySend(connection, smuggled(LARGEST_BODY + 1));

      assertTooLarge(connection.read());
      assertSane(connection);
    }
  }

  private static void trySend(RawHttp connection, String bytes) {
    try {
      connection.send(bytes);
    } catch (UncheckedIOException e) {
      // refused so early that there is no way for the rest
    }
  }

  @Test
  void refusesAChunkedBodyThatBecomesTooLarge() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.limit(Duration.ofSeconds(5));
      connection.send(head("Transfer-Encoding: chunked"));
      String part = smuggled(LARGEST_BODY / 4);
      for (int i = 0; i < 4; i++) {
        connection.send(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
      }
      trySend(connection, "1\r\nx\r\n0\r\n\r\n");

      assertTooLarge(connection.read());
      assertSane(connection);
    }
    assertThat(origin.requests()).as("complete requests").isEmpty();
    Poll.until("the end of the request to the cluster", LIMIT, () -> origin.connectionsOpen() == 0);
  }

  @Test
  void saysWhichLimitALargeHeadMeets() {
    RawResponse response =
        RawHttp.exchange(
            gateway.uri(), Requests.of("GET", Requests.POLL, token, "X-A: " + "a".repeat(3 << 20)));

    assertFailure(response, 431);
    assertThat(response.text()).contains("server.max-http-request-header-size");
  }

  @Test
  void saysWhichLimitALongLineMeets() {
    RawResponse response =
        RawHttp.exchange(
            gateway.uri(), Requests.of("GET", Requests.POLL + "?" + "a".repeat(20_000), token));

    assertFailure(response, 414);
    assertThat(response.text()).contains("server.netty.max-initial-line-length");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"G", "GET / HTTP/1.1\r\nHost: gateway.test\r\n", "\r\n", "GET / HTTP/1.1\r\n"})
  void leavesAClientThatTakesTooLongOverAHead(String begin) {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      assertThat(connection.send(begin).isClosedWithin(LIMIT)).isTrue();
    }
  }

  @Test
  void leavesAClientThatTakesTooLongOverALaterHead() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      assertThat(connection.send(Requests.post(token, "select 1")).read().status()).isEqualTo(200);
      assertThat(connection.send("GET /v1/").isClosedWithin(LIMIT)).isTrue();
    }
  }

  @Test
  void leavesAClientThatSendsAHeadByteByByte() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send("GET / HTTP/1.1\r\n");
      Poll.until(
          "the end of the connection",
          LIMIT,
          () -> {
            trySend(connection, "X-A: 1\r\n");
            return connection.isClosedWithin(Duration.ofMillis(50));
          });
    }
  }

  @Test
  void keepsAConnectionBetweenRequests() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.post(token, "select 1")).read();
      // Longer than passgate.limits.request-head-time, which is for heads that have begun.
      assertThat(connection.isClosedWithin(Duration.ofSeconds(2))).isFalse();

      assertThat(connection.limit(LIMIT).send(Requests.post(token, "select 2")).read().status())
          .isEqualTo(200);
    }
    assertThat(origin.requests())
        .extracting(RecordedRequest::text)
        .containsExactly("select 1", "select 2");
  }
}
