package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that two servers could cut in two ways (RFC 9112, section 11.2). What counts is what the
 * origin saw: never a request that nobody sent, nor one under another's name.
 */
class SmugglingIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** How long to wait for an answer that may not come; one that comes later goes unchecked. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  /** What a smuggler wants Trino to see. It is never sent as a request of its own. */
  private static final String SMUGGLED =
      "GET /ui/smuggled HTTP/1.1\r\nHost: x\r\nX-Trino-User: root\r\n\r\n";

  private static GuardedOrigin guarded;
  private static String bob;

  @BeforeAll
  static void start() {
    guarded = GuardedOrigin.start();
    bob = "Authorization: Bearer " + guarded.issuer().token("bob").build();
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  static Stream<Arguments> ambiguousFramings() {
    return Stream.of(
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: 0\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, xchunked",
            "Transfer-Encoding: xchunked, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: identity\r\nContent-Length: 4",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
            "Transfer-Encoding : chunked\r\nContent-Length: 4",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding: chunked\u000b",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: chunked;x=y",
            "Transfer-Encoding: 'chunked'",
            "Transfer-Encoding: ,chunked",
            "Transfer-Encoding: chunked,",
            "Transfer-Encoding: chunke",
            "Transfer-Encoding: chunk\u00e9d",
            "Transfer-Encoding: chun\u212aed".replace('\u212a', '\u00ea'),
            "Transfer-Encoding:",
            "Transfer-Encoding: \r\nContent-Length: 4",
            "Transfer-Encoding:\r\n chunked",
            "Transfer-Encoding:\r\n\tchunked",
            "Transfer-Encoding: x\r\n chunked",
            "Transfer-Encoding: chunked\r\n x",
            "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4",
            "Content-Length: 4\r\n Transfer-Encoding: chunked",
            "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 4",
            "X: y\rTransfer-Encoding: chunked\r\nContent-Length: 4",
            "X: y\nTransfer-Encoding: chunked\r\nContent-Length: 4",
            "X: y\n\rTransfer-Encoding: chunked\r\nContent-Length: 4",
            " Transfer-Encoding: chunked\r\nContent-Length: 4",
            "\tTransfer-Encoding: chunked",
            "Transfer_Encoding: chunked\r\nContent-Length: 4",
            "Transfer-Encoding\0: chunked\r\nContent-Length: 4",
            "Transfer-Encoding: \0chunked",
            "Transfer-Encoding: chunked\0",
            "Connection: Content-Length\r\nContent-Length: 4",
            "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
            "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: 4\r\nContent-Length: 4",
            "Content-Length: 4\r\nContent-Length: 40",
            "Content-Length: 0\r\nContent-Length: 4",
            "Content-Length: 4\r\ncontent-length: 0",
            "Content-Length: 4, 4",
            "Content-Length: 4,4",
            "Content-Length: 4, 40",
            "Content-Length: 4,",
            "Content-Length: +4",
            "Content-Length: -4",
            "Content-Length: -1",
            "Content-Length: -0",
            "Content-Length: 4 4",
            "Content-Length: 0x4",
            "Content-Length: 4x",
            "Content-Length: 4.0",
            "Content-Length: 4e0",
            "Content-Length: \"4\"",
            "Content-Length: ",
            "Content-Length:",
            "Content-Length: x",
            "Content-Length: \u0664".replace('\u0664', '\u00b2'),
            "Content-Length: 4;0",
            "Content-Length: 4\u000b",
            "Content-Length: 4\0",
            "Content-Length: 99999999999999999999",
            "Content-Length: 9223372036854775808",
            "Content-Length: 18446744073709551620",
            "Content-Length: 4294967300",
            "Content-Length : 4",
            "Content-Length\t: 4",
            "Content-Length: 4\r\n 0",
            "Content-Length:\r\n 4",
            "Content-Length: \r\n\t4",
            "Content_Length: 40\r\nContent-Length: 4",
            "Content-Length: 00000000000000000004",
            "Content-Length: 04")
        .flatMap(
            framing ->
                Stream.of("POST /v1/statement", "GET /v1/info", "GET /ui/x")
                    .map(line -> Arguments.of(line, framing)));
  }

  /**
   * The body that follows is four bytes long to one reader, chunked to another, and the beginning
   * of a next request to a third.
   */
  @ParameterizedTest
  @MethodSource("ambiguousFramings")
  void cutsAnAmbiguousBodyInOneWayOrNotAtAll(String line, String framing) {
    for (String body :
        List.of(
            "0\r\n\r\n" + SMUGGLED,
            "40\r\n" + SMUGGLED,
            "4\r\nabcd\r\n0\r\n\r\n" + SMUGGLED,
            SMUGGLED,
            "abcd" + SMUGGLED)) {
      guarded.reset();
      String head =
          line
              + " HTTP/1.1\r\nHost: a\r\n"
              + guarded.authorization()
              + "\r\n"
              + framing
              + "\r\n\r\n";
      try (RawHttp connection = guarded.connect()) {
        RawResponse answer = answer(connection.limit(PATIENCE).send(head + body));
        if (answer != null) {
          assertThat(answer.status()).as(answer.body()).isIn(200, 400, 401, 413);
        }
        if (answer != null && answer.status() == 400) {
          // Nobody knows where the next request begins, so there is none.
          assertThat(answer.headers("Connection")).containsExactly("close");
          assertThat(connection.isClosedWithin(LIMIT)).isTrue();
        }
      }
      assertNothingSmuggled(line);
    }
  }

  /** Null where the gateway waits for the rest of a body, or cut one that cannot be read on. */
  private static @Nullable RawResponse answer(RawHttp connection) {
    try {
      return connection.read();
    } catch (UncheckedIOException e) {
      assertThat(e.getCause())
          .isInstanceOfAny(SocketTimeoutException.class, EOFException.class, SocketException.class);
      return null;
    }
  }

  /**
   * A smuggled request may be asked by the gateway itself, as the next one on the connection; then
   * it is one without a token. It never gets to Trino as anybody.
   */
  private static void assertNothingSmuggled(String line) {
    // On its way through the same event loops, so after what was there before.
    RawResponse after = guarded.exchange(GuardedOrigin.request("GET", "/ui/after", bob));
    assertThat(after.body()).isEqualTo("GET /ui/after [bob]");
    for (RecordedRequest arrived : guarded.origin().requests()) {
      String told = GuardedOrigin.told(arrived);
      String user = line.contains("/v1/info") ? "[]" : "[alice]";
      assertThat(told).isIn(line + " " + user, "GET /ui/after [bob]");
      // The origin reads by Content-Length or chunks, and found both to be consistent.
      assertThat(arrived.headers("Content-Length").size())
          .isLessThanOrEqualTo(arrived.headers("Transfer-Encoding").isEmpty() ? 1 : 0);
    }
    assertThat(guarded.origin().requests()).hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked, xchunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 99999999999999999999",
        "X\0: y\r\nContent-Length: 5",
        "X: y\0z\r\nContent-Length: 5",
        "X: y\rz\r\nContent-Length: 5",
      })
  void refusesAFramingThatIsKnownToBeReadInTwoWays(String framing) {
    RawResponse answer =
        guarded.exchange(
            "POST /v1/statement HTTP/1.1\r\nHost: a\r\n"
                + guarded.authorization()
                + "\r\n"
                + framing
                + "\r\n\r\n0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(400);
    guarded.assertNothingArrived();
  }

  static Stream<String> brokenChunks() {
    return Stream.of(
        "x\r\nabcd\r\n0\r\n\r\n",
        "-1\r\nabcd\r\n0\r\n\r\n",
        "+4\r\nabcd\r\n0\r\n\r\n",
        "0x4\r\nabcd\r\n0\r\n\r\n",
        "4 4\r\nabcd\r\n0\r\n\r\n",
        "\r\nabcd\r\n0\r\n\r\n",
        ";x\r\nabcd\r\n0\r\n\r\n",
        "100000004\r\nabcd\r\n0\r\n\r\n",
        "ffffffff\r\nabcd\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabcd\r\n0\r\n\r\n",
        "10000000000000004\r\nabcd\r\n0\r\n\r\n",
        "80000000\r\nabcd\r\n0\r\n\r\n",
        "4\r\nabcdef\r\n0\r\n\r\n",
        "4\r\nabcd0\r\n\r\n",
        "4\r\nabcdXX0\r\n\r\n",
        "4\nabcd\r\n0\r\n\r\n",
        "4\r\nabcd\n0\r\n\r\n",
        "4\rabcd\r\n0\r\n\r\n",
        "4;x\nabcd\r\n0\r\n\r\n",
        "4\0\r\nabcd\r\n0\r\n\r\n",
        "4;\0\r\nabcd\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("brokenChunks")
  void takesNoRequestOutOfABrokenChunkedBody(String chunks) {
    String head =
        GuardedOrigin.request(
            "POST", "/v1/statement", guarded.authorization(), "Transfer-Encoding: chunked");
    try (RawHttp connection = guarded.connect()) {
      connection.send(head + chunks + SMUGGLED).finishSending();
      assertThat(connection.isClosedWithin(LIMIT) || isRefusal(connection)).isTrue();
    }
    assertNothingSmuggled("POST /v1/statement");
    assertThat(guarded.origin().requests())
        .filteredOn(arrived -> arrived.method().equals("POST"))
        .as("a broken body does not arrive as a whole one")
        .isEmpty();
  }

  /** The first byte was read to see that there is one. */
  private static boolean isRefusal(RawHttp connection) {
    String rest = connection.readSome(1000);
    return rest.startsWith("TTP/1.1 400") || rest.startsWith("TTP/1.1 413");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4;x=y\r\nabcd\r\n0\r\n\r\n",
        "4;x=\"y;z\"\r\nabcd\r\n0;a\r\n\r\n",
        "004\r\nabcd\r\n000\r\n\r\n",
        "1\r\na\r\n3\r\nbcd\r\n0\r\n\r\n",
        "4\r\nabcd\r\n0\r\nX-Trino-User: root\r\n\r\n",
      })
  void writesAChunkedBodyAnew(String chunks) {
    String head =
        GuardedOrigin.request(
            "POST", "/v1/statement", guarded.authorization(), "Transfer-Encoding: chunked");
    try (RawHttp connection = guarded.connect()) {
      RawResponse answer = connection.send(head + chunks).read();
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(guarded.onlyArrival().body()).isEqualTo("abcd");
      assertThat(GuardedOrigin.told(guarded.onlyArrival())).isEqualTo("POST /v1/statement [alice]");

      connection.send(GuardedOrigin.request("GET", "/ui/next", bob));
      assertThat(connection.read().body()).isEqualTo("GET /ui/next [bob]");
    }
    guarded.assertArrived("POST /v1/statement [alice]", "GET /ui/next [bob]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nab",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n",
        "Content-Length: 10\r\n\r\nabcd",
      })
  void neverCompletesABodyThatItsSenderDidNot(String rest) {
    try (RawHttp connection = guarded.connect()) {
      connection
          .send("POST /v1/statement HTTP/1.1\r\nHost: a\r\n" + guarded.authorization() + "\r\n")
          .send(rest)
          .finishSending();
      assertThat(connection.isClosedWithin(LIMIT) || isRefusal(connection)).isTrue();
    }
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/info HTTP/1.1\nHost: a\n\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\n\r\n",
        "GET /v1/info HTTP/1.1\nHost: a\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        "GET /v1/info HTTP/1.1\rHost: a\r\r",
        "GET /v1/info HTTP/1.1\rHost: a\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\n\n",
        "GET /v1/info HTTP/1.1\r\r\nHost: a\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
        "GET /v1/info HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
      })
  void refusesLinesThatEndOtherwiseAndNamesThatAreNone(String bytes) {
    try (RawHttp connection = guarded.connect()) {
      // What comes after it ends every line that is still open.
      assertThat(connection.send(bytes + "\r\n\r\n").read().status()).isEqualTo(400);
      assertThat(connection.isClosedWithin(LIMIT)).isTrue();
    }
    guarded.assertNothingArrived();
  }

  @Test
  void givesEachPipelinedRequestItsOwnUser() {
    String requests =
        GuardedOrigin.request("GET", "/ui/1", guarded.authorization())
            + GuardedOrigin.request("GET", "/ui/2", bob)
            + GuardedOrigin.withBody("POST", "/v1/statement", "SELECT 3", guarded.authorization())
            + GuardedOrigin.request("GET", "/v1/info", bob)
            + GuardedOrigin.request("GET", "/ui/5", bob, "X-Trino-User: alice");
    try (RawHttp connection = guarded.connect()) {
      connection.send(requests);

      assertThat(connection.read().body()).isEqualTo("GET /ui/1 [alice]");
      assertThat(connection.read().body()).isEqualTo("GET /ui/2 [bob]");
      assertThat(connection.read().body()).isEqualTo("POST /v1/statement [alice]");
      assertThat(connection.read().body()).isEqualTo("GET /v1/info []");
      assertThat(connection.read().body()).isEqualTo("GET /ui/5 [bob]");
    }
    guarded.assertArrived(
        "GET /ui/1 [alice]",
        "GET /ui/2 [bob]",
        "POST /v1/statement [alice]",
        "GET /v1/info []",
        "GET /ui/5 [bob]");
  }

  @Test
  void keepsNobodysIdentityForThePipelinedRequestWithoutAToken() {
    try (RawHttp connection = guarded.connect()) {
      connection.send(
          GuardedOrigin.withBody("POST", "/v1/statement", "SELECT 1", guarded.authorization())
              + GuardedOrigin.request("GET", "/ui/2"));

      assertThat(connection.read().body()).isEqualTo("POST /v1/statement [alice]");
      assertThat(connection.read().status()).isEqualTo(401);
    }
    guarded.assertArrived("POST /v1/statement [alice]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/statement HTTP/1.1\r\nHost: a\r\nContent-Length: 72\r\n\r\n",
        "POST /v1/task HTTP/1.1\r\nHost: a\r\nContent-Length: 72\r\n\r\n",
        "POST /v1/../task HTTP/1.1\r\nHost: a\r\nContent-Length: 72\r\n\r\n",
        "POST /v1/statement HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nContent-Length: 72\r\n\r\n",
        "GET /v1/statement HTTP/1.1\r\nHost: a\r\nContent-Length: 72\r\n\r\n",
      })
  void takesNoRequestOutOfTheBodyOfARefusedOne(String head) {
    String inner =
        "GET /v1/info?smuggled=1 HTTP/1.1\r\nHost: x\r\nX-Trino-Source: 0123456789\r\n\r\n";
    String padded = inner.length() >= 72 ? inner.substring(inner.length() - 72) : inner;
    assertThat(padded).hasSize(72);
    try (RawHttp connection = guarded.connect()) {
      RawResponse refusal = connection.send(head + padded).read();
      assertThat(refusal.status()).isIn(400, 401, 404);

      if (refusal.headers("Connection").contains("close")) {
        assertThat(connection.isClosedWithin(LIMIT)).isTrue();
      } else {
        connection.send(GuardedOrigin.request("GET", "/ui/next", bob));
        assertThat(connection.read().body()).isEqualTo("GET /ui/next [bob]");
      }
    }
    assertThat(guarded.origin().requests())
        .map(GuardedOrigin::told)
        .allMatch("GET /ui/next [bob]"::equals);
  }

  @Test
  void takesNoRequestOutOfTheBodyOfAGet() {
    try (RawHttp connection = guarded.connect()) {
      connection.send(
          GuardedOrigin.withBody("GET", "/ui/1", SMUGGLED, guarded.authorization())
              + GuardedOrigin.request("GET", "/ui/2", bob));

      assertThat(connection.read().status()).isEqualTo(400);
      assertThat(connection.isClosedWithin(LIMIT)).isTrue();
    }
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "DELETE", "GET"})
  void takesNoRequestOutOfTheBodyOfAPoll(String method) {
    String target = "/v1/statement/executing/x/y/1";
    try (RawHttp connection = guarded.connect()) {
      connection.send(GuardedOrigin.withBody(method, target, SMUGGLED, guarded.authorization()));
      assertThat((method.equals("HEAD") ? connection.readHeadOnly() : connection.read()).status())
          .isEqualTo(400);
      assertThat(connection.isClosedWithin(LIMIT)).isTrue();
    }
    guarded.assertNothingArrived();
  }

  @Test
  void servesAGoodRequestAfterARefusedOneOnTheSameConnection() {
    try (RawHttp connection = guarded.connect()) {
      for (String token : List.of("", "Authorization: Bearer x", "Authorization: Basic eDo=")) {
        String refused =
            token.isEmpty()
                ? GuardedOrigin.request("GET", "/ui/1")
                : GuardedOrigin.request("GET", "/ui/1", token);
        assertThat(connection.send(refused).read().status()).isEqualTo(401);
        connection.send(GuardedOrigin.request("GET", "/ui/2", bob));
        assertThat(connection.read().body()).isEqualTo("GET /ui/2 [bob]");
      }
    }
    guarded.assertArrived("GET /ui/2 [bob]", "GET /ui/2 [bob]", "GET /ui/2 [bob]");
  }

  @Test
  void mixesNobodyUpOnTheConnectionsThatAllShare() {
    try (RawHttp first = guarded.connect();
        RawHttp second = guarded.connect()) {
      for (int i = 0; i < 50; i++) {
        first.send(GuardedOrigin.request("GET", "/ui/" + i, guarded.authorization()));
        second.send(GuardedOrigin.request("GET", "/ui/" + i, bob));
        assertThat(first.read().body()).isEqualTo("GET /ui/" + i + " [alice]");
        assertThat(second.read().body()).isEqualTo("GET /ui/" + i + " [bob]");
      }
    }
    assertThat(guarded.origin().requests()).hasSize(100);
  }

  @Test
  void readsOneRequestHoweverItsBytesArrive() {
    String request =
        GuardedOrigin.withBody("POST", "/v1/statement", SMUGGLED, guarded.authorization());
    try (RawHttp connection = guarded.connect()) {
      for (String piece : Arrays.asList(request.split("(?<=[\r\n])", -1))) {
        connection.send(piece);
      }
      assertThat(connection.read().body()).isEqualTo("POST /v1/statement [alice]");
    }
    guarded.assertArrived("POST /v1/statement [alice]");
  }
}
