package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that are not what a coordinator sends: they pass as they are or fail, and never become
 * somebody else's. Those that are no HTTP are in {@link ClusterFailureIT}.
 */
class AnswerFormIT {

  private static final String JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

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
            .with("passgate.limits.answer-pause", "2s")
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

  private static RawResponse poll() {
    return RawHttp.exchange(gateway.uri(), Requests.of("GET", Requests.POLL, token));
  }

  private static String pollToEnd() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      return connection.send(Requests.of("GET", Requests.POLL, token)).readToEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"id\":\"1\",\"nextUri\":\"http://127",
        "{\"id\":\"1\",\"data\":[[1,2",
        "[1,2,3]",
        "no JSON at all",
        "{\"id\":\"\u0000\u0001\"}}}}]]",
        "<html>login</html>"
      })
  void passesWhatIsNoPageAsItIs(String body) {
    origin.enqueue(OriginResponse.json(body));

    RawResponse response = poll();
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.text()).isEqualTo(body);
  }

  @Test
  void passesAnAnswerOfAnotherTypeAsItIs() {
    origin.enqueue(OriginResponse.of(200, "<html>login</html>", "Content-Type: text/html"));

    RawResponse response = poll();
    assertThat(response.headers("Content-Type")).containsExactly("text/html");
    assertThat(response.text()).isEqualTo("<html>login</html>");
  }

  @Test
  void cutsACompressedAnswerThatTheClusterCut() throws IOException {
    byte[] compressed = gzip("text ".repeat(1000));
    byte[] half = Arrays.copyOf(compressed, compressed.length / 2);
    origin.enqueue(
        OriginResponse.raw(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
                    + "Content-Length: "
                    + compressed.length
                    + "\r\n\r\n")
            .thenRaw(half)
            .thenClose());

    String answer = pollToEnd();
    // Either cut where the cluster cut it, or before its first byte.
    assertThat(answer)
        .doesNotEndWith("0\r\n\r\n")
        .contains("Content-Length: " + compressed.length + "\r\n");
    assertThat(answer.length()).isLessThan(answer.indexOf("\r\n\r\n") + 4 + compressed.length);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void cutsAnAnswerThatIsShorterThanItSays() {
    origin.enqueue(OriginResponse.raw(JSON + "Content-Length: 100\r\n\r\n{\"id\":\"1\"}"));

    assertThat(pollToEnd()).startsWith("HTTP/1.1 200 ").doesNotEndWith("0\r\n\r\n");
    assertThat(poll().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "of another\",\"data\":[[1]]}",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nevil",
        "HTTP/1.1 200 OK\r\nContent-",
        "{}\r\n"
      })
  void nobodyGetsWhatAnAnswerLeftBehind(String leftover) {
    for (int i = 0; i < 5; i++) {
      origin.enqueue(OriginResponse.raw(JSON + "Content-Length: 2\r\n\r\n{}" + leftover));

      assertThat(poll().text()).isEqualTo("{}");
      int used = origin.requests().getLast().connection();
      RawResponse next = RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1"));
      assertThat(next.status()).as(next.text()).isEqualTo(200);
      assertThat(next.text()).contains("nextUri").doesNotContain("evil");
      assertThat(origin.requests().getLast().connection()).isNotEqualTo(used);
    }
  }

  @Test
  void refusesHeadersOverTheLimit() {
    origin.enqueue(
        OriginResponse.raw(JSON + "X-Large: " + "x".repeat(3 << 20) + "\r\n\r\n").thenClose());

    Requests.assertPassing(poll(), 502);
  }

  @Test
  void passesHeadersBelowTheLimit() {
    String large = "x".repeat((2 << 20) - 1024);
    origin.enqueue(
        OriginResponse.of(
            200, "{}", "Content-Type: application/json", "X-Trino-Set-Path: " + large));

    assertThat(poll().headers("X-Trino-Set-Path")).containsExactly(large);
  }
}
