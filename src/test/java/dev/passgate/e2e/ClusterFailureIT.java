package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertPassing;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A cluster that is not there, breaks off, is silent, or talks nonsense. */
@MostlyWaits
class ClusterFailureIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static RecordingOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static String token;

  /** Opened when the client has the head of the answer that {@link #broken()} waits for. */
  private final CountDownLatch begun = new CountDownLatch(1);

  private final CountDownLatch end = new CountDownLatch(1);

  @BeforeAll
  static void start() {
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.answer-pause", "500ms")
            .start();
    token = issuer.token("alice").build();
    awaitKeys(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
  }

  @AfterEach
  void reset() {
    begun.countDown();
    end.countDown();
    origin.reset();
  }

  private static void awaitKeys(Gateway started) {
    String poll = Requests.of("GET", Requests.POLL, "no.such.token");
    Poll.until("an answer", LIMIT, () -> RawHttp.exchange(started.uri(), poll).status() == 401);
  }

  private static RawResponse post() {
    return RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1"));
  }

  /** All that came of an answer which must not look whole. */
  private String broken() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      String head = connection.send(Requests.post(token, "select 1")).readHead();
      begun.countDown();
      return head + connection.readToEnd();
    }
  }

  private static void assertNextRequestSucceedsOnAnotherConnection() {
    int used = origin.requests().getLast().connection();

    assertThat(post().status()).isEqualTo(200);
    assertThat(origin.requests().getLast().connection()).isNotEqualTo(used);
  }

  @Test
  void isUnavailableWhereNobodyListens() {
    try (Gateway alone =
        Gateway.inFrontOf(URI.create("http://127.0.0.1:" + LoopbackPort.free()))
            .trust(issuer)
            .start()) {
      assertPassing(RawHttp.exchange(alone.uri(), Requests.post(token, "select 1")), 503);
    }
  }

  @Test
  void isUnavailableWhereTheNameIsUnknown() {
    try (Gateway alone =
        Gateway.inFrontOf(URI.create("http://no-such-host.invalid:8080")).trust(issuer).start()) {
      try (RawHttp connection = RawHttp.connect(alone.uri())) {
        RawResponse response =
            connection.limit(Duration.ofMinutes(1)).send(Requests.post(token, "select 1")).read();
        assertPassing(response, 503);
        assertThat(response.text()).doesNotContain("no-such-host");
      }
    }
  }

  @Test
  void isUnavailableWhereNoConnectionGetsFree() {
    try (Gateway narrow =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", 1)
            .with("spring.cloud.gateway.server.webflux.httpclient.pool.acquire-timeout", 200)
            .start()) {
      origin.enqueue(OriginResponse.raw("").thenAwait(end).thenRaw(ok().getBytes(US_ASCII)));
      try (RawHttp first = RawHttp.connect(narrow.uri())) {
        first.send(Requests.post(token, "select 1"));
        origin.awaitRequests(1, LIMIT);

        assertPassing(RawHttp.exchange(narrow.uri(), Requests.post(token, "select 2")), 503);

        end.countDown();
        assertThat(first.read().status()).isEqualTo(200);
        assertThat(RawHttp.exchange(narrow.uri(), Requests.post(token, "select 3")).status())
            .isEqualTo(200);
      }
      assertThat(origin.requests())
          .extracting(RecordedRequest::text)
          .containsExactly("select 1", "select 3");
    }
  }

  private static String ok() {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  }

  @Test
  void answersBadGatewayToAResetAndSendsAStatementOnce() {
    origin.enqueue(OriginResponse.raw("").thenReset());

    assertPassing(post(), 502);
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void answersBadGatewayToAnEndWithoutAnswerAndSendsAStatementOnce() {
    origin.enqueue(OriginResponse.raw("").thenClose());

    assertPassing(post(), 502);
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void doesNotRepeatAStatementOnAConnectionThatWasUsedBefore() {
    assertThat(post().status()).isEqualTo(200);
    origin.enqueue(OriginResponse.raw("").thenReset());

    assertPassing(post(), 502);
    assertThat(origin.requests()).hasSize(2);
    assertThat(origin.requests().getFirst().connection())
        .isEqualTo(origin.requests().getLast().connection());
  }

  @Test
  void leavesAConnectionThatTheClusterClosedWhileItWasIdle() {
    origin.enqueue(OriginResponse.raw(ok()).thenClose());
    assertThat(post().status()).isEqualTo(200);
    Poll.until("the end of the connection", LIMIT, () -> origin.connectionsOpen() == 0);

    assertNextRequestSucceedsOnAnotherConnection();
  }

  @Test
  void doesNotReuseAConnectionThatTheClusterWillClose() {
    origin.enqueue(
        OriginResponse.of(200, "{}", "Content-Type: application/json", "Connection: close"));
    assertThat(post().status()).isEqualTo(200);

    assertNextRequestSucceedsOnAnotherConnection();
  }

  @Test
  void cutsAnAnswerThatTheClusterCut() {
    origin.enqueue(
        OriginResponse.raw(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
                    + "{\"id\":\"1\",")
            .thenAwait(begun)
            .thenClose());

    assertThat(broken())
        .startsWith("HTTP/1.1 200 ")
        .contains("{\"id\":")
        .doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void cutsAnAnswerOfOtherKindThatTheClusterCut() {
    origin.enqueue(
        OriginResponse.raw(
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n"
                    + "Query not")
            .thenAwait(begun)
            .thenClose());

    assertThat(broken()).contains("Content-Length: 100\r\n").endsWith("\r\n\r\nQuery not");
  }

  @Test
  void cutsAChunkedAnswerThatTheClusterCut() {
    origin.enqueue(
        OriginResponse.chunked(200, "Content-Type: application/json")
            .thenChunk("{\"id\":\"1\",")
            .thenAwait(begun)
            .thenClose());

    assertThat(broken())
        .startsWith("HTTP/1.1 200 ")
        .contains("{\"id\":")
        .doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void cutsAnAnswerThatTheClusterReset() {
    origin.enqueue(
        OriginResponse.chunked(200, "Content-Type: application/json")
            .thenChunk("{\"id\":\"1\",")
            .thenAwait(begun)
            .thenReset());

    assertThat(broken()).doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void answersGatewayTimeoutToSilence() {
    origin.enqueue(OriginResponse.raw("").thenAwait(end));

    assertPassing(post(), 504);
    assertNextRequestSucceedsOnAnotherConnection();
  }

  @Test
  void answersGatewayTimeoutToSilenceInAHead() {
    origin.enqueue(OriginResponse.raw("HTTP/1.1 200 OK\r\nContent-").thenAwait(end));

    assertPassing(post(), 504);
  }

  @Test
  void cutsAnAnswerInWhichTheClusterFallsSilent() {
    origin.enqueue(
        OriginResponse.chunked(200, "Content-Type: application/json")
            .thenChunk("{\"id\":\"1\",")
            .thenAwait(end));

    assertThat(broken()).startsWith("HTTP/1.1 200 ").doesNotEndWith("0\r\n\r\n");
    assertNextRequestSucceedsOnAnotherConnection();
  }

  private static Arguments[] nonsense() {
    String json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    return new Arguments[] {
      nonsense("status line", "HTTP/1.1 abc OK\r\n\r\n"),
      nonsense("version", "HTTP/9.9.9 200 OK\r\nContent-Length: 0\r\n\r\n"),
      nonsense("no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
      nonsense("bytes", "\0\1\2\3\4\5\6\7\r\n\r\n\r\n\r\n"),
      nonsense("TLS alert", "\25\3\3\0\2\2\50"),
      nonsense("header without colon", json + "nonsense\r\nContent-Length: 0\r\n\r\n"),
      nonsense("chunk size", json + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
      nonsense("content length", json + "Content-Length: -5\r\n\r\n{}"),
      nonsense("two lengths", json + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
      nonsense("large head", json + "X-Large: " + "x".repeat(3 << 20) + "\r\n\r\n"),
      nonsense(
          "content type", "HTTP/1.1 200 OK\r\nContent-Type: ///\r\nContent-Length: 2\r\n\r\n{}"),
      nonsense("charset", json.replace("json", "json;charset=*") + "Content-Length: 2\r\n\r\n{}"),
      nonsense("status 99", "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n"),
    };
  }

  private static Arguments nonsense(String name, String bytes) {
    return Arguments.argumentSet(name, OriginResponse.raw(bytes).thenClose());
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void answersBadGatewayToNonsense(OriginResponse nonsense) {
    origin.enqueue(nonsense);

    assertPassing(post(), 502);
    assertThat(origin.requests()).hasSize(1);
    assertNextRequestSucceedsOnAnotherConnection();
  }

  @Test
  void answersBadGatewayToACompressedAnswerThatNobodyAskedFor() {
    origin.enqueue(
        OriginResponse.of(200, "?", "Content-Type: application/json", "Content-Encoding: gzip"));

    RawResponse response =
        RawHttp.exchange(
            gateway.uri(), Requests.post(token, "select 1", "Accept-Encoding: gzip, zstd"));
    assertPassing(response, 502);
    assertThat(response.headers("Content-Encoding")).isEmpty();
    assertThat(origin.requests().getLast().headers("Accept-Encoding")).containsExactly("identity");
  }

  @Test
  void keepsALongAddressOfTheClusterFromTheClient() {
    String uri = origin.uri() + "/v1/statement/queued/" + "x".repeat(20_000);
    origin.enqueue(OriginResponse.json("{\"nextUri\":\"" + uri + "\"}"));

    assertThat(broken())
        .contains("Transfer-Encoding: chunked\r\n")
        .doesNotContain(origin.uri().getAuthority())
        .doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void cutsAnAnswerThatComesToALongAddressOfTheCluster() {
    String uri = origin.uri() + "/v1/statement/queued/" + "x".repeat(20_000);
    origin.enqueue(
        OriginResponse.chunked(200, "Content-Type: application/json")
            .thenChunk("{\"id\":\"1\",")
            .thenChunk("\"nextUri\":\"" + uri + "\"}")
            .thenEnd());

    assertThat(broken()).doesNotContain(origin.uri().getAuthority()).doesNotEndWith("0\r\n\r\n");
  }
}
