package dev.passgate.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a cluster's answer reaches the client, and as what. */
class ClusterAnswerIT {

  private static final String JSON = "Content-Type: application/json";

  private static RecordingOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static String token;

  @BeforeAll
  static void start() {
    origin = RecordingOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway = Gateway.inFrontOf(origin.uri()).trust(issuer).start();
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

  private static RawResponse post() {
    return RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1"));
  }

  private static RawResponse get(String path) {
    return RawHttp.exchange(gateway.uri(), Requests.of("GET", path, token));
  }

  private static String page(String authority) {
    return "{\"id\":\"x\", \"nextUri\" : \"http://" + authority + "/v1/statement/queued/x/y/1\"}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "Application/JSON",
        "APPLICATION/JSON ;charset=utf-8",
        "application/problem+json"
      })
  void pointsJsonAtTheGateway(String contentType) {
    origin.enqueue(
        OriginResponse.of(200, page(origin.uri().getAuthority()), "Content-Type: " + contentType));

    RawResponse response = post();

    assertThat(Requests.unsigned(response.text())).isEqualTo(page(Requests.GATEWAY));
    assertThat(response.headers("Content-Type")).containsExactly(contentType);
  }

  @Test
  void leavesUrisOfOtherHosts() {
    origin.enqueue(OriginResponse.json(page("store.example:9000")));

    assertThat(post().text()).isEqualTo(page("store.example:9000"));
  }

  @ParameterizedTest
  @CsvSource({
    "400, 'line 1:1: mismatched input'",
    "401, Unauthorized",
    "404, Query not found",
    "406, Server configuration does not allow processing of the X-Forwarded-For header",
    "410, Gone",
    "429, ''",
    "500, 'java.lang.NullPointerException: é'",
    "503, Server is still initializing",
  })
  void passesErrorsOfTrinoWhole(int status, String body) {
    origin.enqueue(OriginResponse.of(status, body, "Content-Type: text/plain;charset=utf-8"));

    RawResponse response = post();

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.text()).isEqualTo(body);
    assertThat(response.headers("Content-Type")).containsExactly("text/plain;charset=utf-8");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void pointsRedirectsAtTheGatewayAndDoesNotFollow(int status) {
    origin.enqueue(
        OriginResponse.of(status, "", "Location: " + origin.uri() + "/ui/login?a=%2F#b"));

    RawResponse response = get("/ui/");

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers("Location"))
        .containsExactly("http://" + Requests.GATEWAY + "/ui/login?a=%2F#b");
    assertThat(origin.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://idp.example/authorize?redirect_uri=x", "/ui/login", "query.html"})
  void leavesRedirectsToElsewhere(String location) {
    origin.enqueue(OriginResponse.of(303, "", "Location: " + location));

    assertThat(get("/ui/").headers("Location")).containsExactly(location);
  }

  @Test
  void pointsTheChallengeOfTrinoAtTheGateway() {
    String challenge =
        "Bearer x_redirect_server=\"%1$s/oauth2/token/initiate/abc\","
            + " x_token_server=\"%1$s/oauth2/token/def\"";
    origin.enqueue(
        OriginResponse.of(
            401,
            "Unauthorized",
            "Content-Type: text/plain",
            "WWW-Authenticate: " + challenge.formatted(origin.uri()),
            "WWW-Authenticate: Basic realm=\"Trino\""));

    assertThat(post().headers("WWW-Authenticate"))
        .containsExactly(
            challenge.formatted("http://" + Requests.GATEWAY), "Basic realm=\"Trino\"");
  }

  @Test
  void passesRepeatedHeadersOfTrino() {
    origin.enqueue(
        OriginResponse.of(
            200,
            "{}",
            JSON,
            "X-Trino-Set-Session: a=1",
            "X-Trino-Set-Session: b=2",
            "X-Trino-Added-Prepare: p=select+1",
            "X-Trino-Clear-Session: c",
            "X-Trino-Added-Prepare: q=select+2%2C3",
            "X-Trino-Set-Catalog: tpch",
            "X-Trino-Set-Role: tpch=ROLE%7Badmin%7D",
            "Set-Cookie: a=1",
            "Set-Cookie: b=2"));

    RawResponse response = post();

    assertThat(response.headers("X-Trino-Set-Session")).containsExactly("a=1", "b=2");
    assertThat(response.headers("X-Trino-Added-Prepare"))
        .containsExactly("p=select+1", "q=select+2%2C3");
    assertThat(response.headers("X-Trino-Clear-Session")).containsExactly("c");
    assertThat(response.headers("X-Trino-Set-Catalog")).containsExactly("tpch");
    assertThat(response.headers("X-Trino-Set-Role")).containsExactly("tpch=ROLE%7Badmin%7D");
    assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2");
  }

  @Test
  void keepsHeadersOfItsConnectionToTheCluster() {
    origin.enqueue(
        OriginResponse.of(
            200,
            "{}",
            JSON,
            "Connection: keep-alive, X-Nominated",
            "Keep-Alive: timeout=5",
            "Proxy-Connection: keep-alive",
            "X-Nominated: 1",
            "X-Other: 2"));

    RawResponse response = post();

    assertThat(response.headers("X-Other")).containsExactly("2");
    assertThat(response.headers("X-Nominated")).isEmpty();
    assertThat(response.headers("Keep-Alive")).isEmpty();
    assertThat(response.headers("Proxy-Connection")).isEmpty();
    assertThat(response.headers("Connection")).doesNotContain("keep-alive, X-Nominated");
  }

  @Test
  void passesTheAnswerThatComesLongAfterInformation() {
    CountDownLatch answer = new CountDownLatch(1);
    origin.enqueue(
        OriginResponse.raw("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
            .thenAwait(answer)
            .thenRaw(
                ("HTTP/1.1 200 OK\r\n" + JSON + "\r\nContent-Length: 2\r\n\r\n{}")
                    .getBytes(US_ASCII)));

    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.send(Requests.post(token, "select 1"));
      origin.awaitRequests(1, Duration.ofSeconds(20));
      // While these go back and forth the gateway reads what came before the answer.
      for (int i = 0; i < 20; i++) {
        assertThat(RawHttp.exchange(gateway.uri(), Requests.of("GET", "/health", "")).status())
            .isEqualTo(200);
      }
      answer.countDown();
      assertThat(connection.read().text()).isEqualTo("{}");
    }
  }

  @Test
  void passesTheAnswerThatFollowsInformation() {
    origin.enqueue(
        OriginResponse.raw("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
            .thenRaw(
                ("HTTP/1.1 200 OK\r\n" + JSON + "\r\nContent-Length: 2\r\n\r\n{}")
                    .getBytes(US_ASCII)));

    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      RawResponse response = connection.send(Requests.post(token, "select 1")).read();
      while (response.status() < 200) {
        response = connection.read();
      }
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("{}");
    }
  }

  @Test
  void servesClientsThatWaitToBeToldToContinue() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      String head =
          Requests.head(
              "POST",
              "/v1/statement",
              token,
              new String[] {"Expect: 100-continue"},
              "Content-Length: 8");
      assertThat(connection.send(head).readHead()).startsWith("HTTP/1.1 100 ");
      assertThat(connection.send("select 1").read().status()).isEqualTo(200);
    }
    assertThat(origin.requests()).extracting(RecordedRequest::text).containsExactly("select 1");
  }

  @Test
  void passesAnAnswerWithoutContent() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      RawResponse cancelled = connection.send(Requests.of("DELETE", Requests.POLL, token)).read();
      assertThat(cancelled.status()).isEqualTo(204);
      assertThat(cancelled.headers("Content-Length")).isEmpty();
      assertThat(cancelled.headers("Transfer-Encoding")).isEmpty();
      assertThat(connection.send(Requests.of("GET", Requests.POLL, token)).read().status())
          .isEqualTo(200);
    }
  }

  @Test
  void answersHeartbeats() {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      RawResponse beat = connection.send(Requests.of("HEAD", Requests.POLL, token)).readHeadOnly();
      assertThat(beat.status()).isEqualTo(200);
      assertThat(
              connection.send(Requests.of("HEAD", "/v1/statement", token)).readHeadOnly().status())
          .isEqualTo(200);
      assertThat(connection.send(Requests.of("GET", Requests.POLL, token)).read().text())
          .contains("\"data\":[[1]]");
    }
    assertThat(origin.requests())
        .extracting(RecordedRequest::method)
        .containsExactly("HEAD", "HEAD", "GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", JSON})
  void passesAnEmptyBody(String contentType) {
    origin.enqueue(
        contentType.isEmpty() ? OriginResponse.of(200, "") : OriginResponse.of(200, "", JSON));
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      RawResponse response = connection.send(Requests.post(token, "select 1")).read();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
      assertThat(connection.send(Requests.post(token, "select 1")).read().status()).isEqualTo(200);
    }
  }

  @Test
  void readsAnAnswerThatEndsWithItsConnection() {
    origin.enqueue(
        OriginResponse.raw(
                "HTTP/1.1 200 OK\r\n" + JSON + "\r\n\r\n" + page(origin.uri().getAuthority()))
            .thenClose());

    assertThat(Requests.unsigned(post().text())).isEqualTo(page(Requests.GATEWAY));
  }

  @Test
  void passesCompressedAnswersOfTheWebInterface() {
    origin.enqueue(OriginResponse.of(200, "?", "Content-Type: text/css", "Content-Encoding: gzip"));

    RawResponse response = get("/ui/a.css");

    assertThat(response.headers("Content-Encoding")).containsExactly("gzip");
    assertThat(response.text()).isEqualTo("?");
  }

  @Test
  void passesLargeHeadersInBothDirections() {
    String large = "p=" + "x".repeat(1_500_000);
    origin.enqueue(OriginResponse.of(200, "{}", JSON, "X-Trino-Added-Prepare: " + large));

    RawResponse response =
        RawHttp.exchange(
            gateway.uri(),
            Requests.post(token, "execute p", "X-Trino-Prepared-Statement: " + large));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers("X-Trino-Added-Prepare").equals(List.of(large))).isTrue();
    assertThat(
            origin
                .requests()
                .getLast()
                .headers("X-Trino-Prepared-Statement")
                .equals(List.of(large)))
        .isTrue();
  }
}
