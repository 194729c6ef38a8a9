package dev.passgate.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.ManualOrigin;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in both directions flow as they come, as fast as they are taken, and end together. */
class StreamingIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String POST_CHUNKED =
      "Transfer-Encoding: chunked\r\nContent-Type: text/plain";

  private static ManualOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static String token;

  private RawHttp client;

  @BeforeAll
  static void start() {
    origin = ManualOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.request-body-pause", "1s")
            .start();
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
  }

  @BeforeEach
  void connect() {
    client = RawHttp.connect(gateway.uri());
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static String head(String framing) {
    return Requests.head("POST", "/v1/statement", token, new String[0], framing);
  }

  private static String answerHead(String contentType) {
    return "HTTP/1.1 200 OK\r\nContent-Type: "
        + contentType
        + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  @Test
  void requestBodyReachesTheClusterBeforeItIsComplete() {
    client.send(head(POST_CHUNKED) + chunk("select "));
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      assertThat(cluster.readExactly(chunk("select ").length())).isEqualTo(chunk("select "));

      client.send(chunk("1") + "0\r\n\r\n");
      assertThat(cluster.readExactly(11)).isEqualTo(chunk("1") + "0\r\n\r\n");

      cluster.send(answerHead("application/json") + chunk("{}") + "0\r\n\r\n");
      assertThat(client.read().text()).isEqualTo("{}");
    }
  }

  @Test
  void answerReachesTheClientBeforeItIsComplete() {
    client.send(Requests.of("GET", Requests.POLL, token));
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      cluster.send(answerHead("application/json") + chunk("{\"id\":\"1\","));
      client.readHead();
      assertThat(client.readExactly(chunk("{\"id\":\"1\",").length()))
          .isEqualTo(chunk("{\"id\":\"1\","));

      cluster.send(chunk("\"stats\":{}}") + "0\r\n\r\n");
      assertThat(client.readExactly(chunk("\"stats\":{}}").length() + 5)).endsWith("0\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain"})
  void takesNoMoreFromTheClusterThanTheClientReads(String contentType) throws Exception {
    String part = chunk("[\"" + "x".repeat(64 * 1024) + "\"],");
    long all = 256L * 1024 * 1024;
    client.send(Requests.of("GET", Requests.POLL, token));
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      AtomicLong written = new AtomicLong();
      CompletableFuture<Boolean> interrupted =
          CompletableFuture.supplyAsync(
              () -> stream(cluster, answerHead(contentType), part, all, written));

      // Ten looks, a tenth of a second apart, at the same number.
      long[] last = {-1, 0};
      Poll.until(
          "the cluster to be held up",
          LIMIT,
          () -> {
            long now = written.get();
            last[1] = now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return now > 0 && last[1] == 10;
          });
      // The buffers of two connections in the kernel, some megabytes each, and little else.
      assertThat(written.get()).isBetween(1L, 64L * 1024 * 1024);

      // A client that goes on reading has it go on.
      long before = written.get();
      for (long read = 0; read < 32L * 1024 * 1024; ) {
        read += client.readSome(1 << 20).length();
      }
      Poll.until("the cluster to go on", LIMIT, () -> written.get() > before);

      // One that goes away ends it.
      client.close();
      assertThat(interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(written.get()).isLessThan(all);
    }
  }

  /** Whether the other side ended it. */
  private static boolean stream(
      RawHttp cluster, String head, String part, long all, AtomicLong written) {
    byte[] bytes = part.getBytes(US_ASCII);
    try {
      cluster.send(head);
      while (written.get() < all) {
        cluster.send(bytes);
        written.addAndGet(bytes.length);
      }
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  @Test
  void clientThatGoesAwayBeforeTheAnswerEndsTheRequestToTheCluster() {
    client.send(Requests.of("GET", Requests.POLL, token));
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      client.close();

      assertThat(cluster.isClosedWithin(LIMIT)).isTrue();
    }
  }

  @Test
  void clientThatResetsInMidAnswerEndsTheRequestToTheCluster() {
    client.send(Requests.of("GET", Requests.POLL, token));
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      cluster.send(answerHead("application/json") + chunk("{\"id\":\"1\","));
      client.readHead();
      client.reset();

      assertThat(cluster.isClosedWithin(LIMIT)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1000", POST_CHUNKED})
  void clientThatGoesAwayInMidStatementHasNothingRun(String framing) {
    String begun = framing.equals(POST_CHUNKED) ? chunk("drop table ") : "drop table ";
    client.send(head(framing) + begun);
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      assertThat(cluster.readExactly(begun.length())).isEqualTo(begun);
      client.close();

      assertThat(cluster.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1000", POST_CHUNKED})
  void clientThatPausesInMidStatementHasNothingRun(String framing) {
    String begun = framing.equals(POST_CHUNKED) ? chunk("drop table ") : "drop table ";
    client.send(head(framing) + begun);
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      assertThat(cluster.readExactly(begun.length())).isEqualTo(begun);

      assertThat(cluster.readToEnd()).isEmpty();
      assertThat(client.readToEnd())
          .startsWith("HTTP/1.1 408 ")
          .contains("(passgate.limits.request-body-pause, request-body-time) (request ");
    }
  }

  @Test
  void clientThatWaitsForALongAnswerIsNotTakenForOneThatPauses() {
    client.send(Requests.post(token, "select 1"));
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      cluster.readExactly(8);
      // Longer than passgate.limits.request-body-pause.
      assertThat(cluster.isClosedWithin(Duration.ofSeconds(2))).isFalse();
      cluster.send(answerHead("application/json") + chunk("{}") + "0\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void answerBeforeTheEndOfTheStatementReachesTheClient() {
    client.send(head("Content-Length: 1000") + "select ");
    try (RawHttp cluster = origin.accept()) {
      cluster.readHead();
      cluster.send(
          "HTTP/1.1 413 Large\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno!");

      RawResponse response = client.read();
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.text()).isEqualTo("no!");
    }
  }
}
