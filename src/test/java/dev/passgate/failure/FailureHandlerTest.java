package dev.passgate.failure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.observe.RecordedLog;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class FailureHandlerTest {

  private final RequestException bad =
      new RequestException(HttpStatus.BAD_REQUEST, "the path is not canonical");

  private final FailureHandler handler =
      new FailureHandler(
          new FailureMapping(new FailureProperties(401)),
          false,
          JsonMapper.builder()
              .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
              .build());

  @Test
  void asksForAPasswordTooWherePasswordsAreAccepted() {
    FailureHandler both =
        new FailureHandler(
            new FailureMapping(new FailureProperties(401)), true, JsonMapper.builder().build());
    MockServerWebExchange exchange = exchange(HttpMethod.GET, "/v1/statement");
    StepVerifier.create(
            both.handle(
                exchange,
                new RefusedException(Refusal.of(Reason.NO_CREDENTIAL, "a credential is needed"))))
        .verifyComplete();

    assertThat(exchange.getResponse().getHeaders().get(HttpHeaders.WWW_AUTHENTICATE))
        .containsExactly(
            "Bearer realm=\"passgate\"", "Basic realm=\"passgate\", charset=\"UTF-8\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1",
        "/v1/",
        "/v1/statement",
        "/v1/statement?a=b",
        "/~id.signature/v1/statement"
      })
  void answersOneLineOfTextToTrinoClients(String path) {
    MockServerHttpResponse response = answer(exchange(HttpMethod.POST, path), bad);

    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
    assertThat(response.getHeaders().getContentType())
        .isEqualTo(MediaType.parseMediaType("text/plain;charset=UTF-8"));
    assertBody(response, "the path is not canonical (request ID)\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/health",
        "/v12",
        "/v1.0/statement",
        "/ui/",
        "/V1/statement",
        "/~",
        "/~id/ui",
        "/x/v1/"
      })
  void answersProblemDetailsElsewhere(String path) {
    MockServerHttpResponse response = answer(exchange(HttpMethod.GET, path), bad);

    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
    assertThat(response.getHeaders().getContentType())
        .isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
    assertBody(
        response,
        "{\"detail\":\"the path is not canonical\",\"status\":400,\"title\":\"Bad Request\","
            + "\"requestId\":\"ID\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/statement", "/ui"})
  void sendsNoBodyToHead(String path) {
    MockServerHttpResponse response = answer(exchange(HttpMethod.HEAD, path), bad);

    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
    assertThat(response.getHeaders().getContentLength()).isPositive();
    StepVerifier.create(response.getBody()).verifyComplete();
  }

  @Test
  void challengesAndForbidsToStore() {
    MockServerHttpResponse response =
        answer(
            exchange(HttpMethod.POST, "/v1/statement"),
            new RefusedException(Refusal.of(Reason.NO_CREDENTIAL, "send one")));

    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
    assertThat(response.getHeaders().get(HttpHeaders.WWW_AUTHENTICATE))
        .containsExactly("Bearer realm=\"passgate\"");
    assertThat(response.getHeaders().getCacheControl()).isEqualTo("no-store");
    assertThat(response.getHeaders().containsHeader(HttpHeaders.RETRY_AFTER)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.001S, 2", "PT30S, 30", "PT-5S, 1"})
  void roundsRetryAfterUpToWholeSeconds(Duration retryAfter, String expected) {
    MockServerHttpResponse response =
        answer(
            exchange(HttpMethod.GET, "/v1/statement/queued/x"),
            new RefusedException(
                new Refusal(Reason.KEYS_UNAVAILABLE, "no keys", "acme", retryAfter)));

    assertThat(response.getHeaders().get(HttpHeaders.RETRY_AFTER)).containsExactly(expected);
  }

  @Test
  void clearsTheHeadersOfTheAnswerThatFailed() {
    MockServerWebExchange exchange = exchange(HttpMethod.GET, "/v1/statement/queued/x");
    HttpHeaders headers = exchange.getResponse().getHeaders();
    headers.set("Content-Encoding", "gzip");
    headers.set("Location", "http://trino:8080/ui");
    headers.set("X-Trino-Set-Session", "a=b");

    MockServerHttpResponse response = answer(exchange, bad);

    assertThat(response.getHeaders().headerNames())
        .containsExactlyInAnyOrder(
            "X-Request-Id", "Cache-Control", "Connection", "Content-Type", "Content-Length");
  }

  @Test
  void cutsAnAnswerThatHasBegun() {
    MockServerWebExchange exchange = exchange(HttpMethod.GET, "/v1/statement/queued/x");
    exchange.getResponse().setStatusCode(HttpStatus.OK);
    exchange.getResponse().setComplete().block(Duration.ofSeconds(10));
    IOException broken = new IOException("reset");

    StepVerifier.create(handler.handle(exchange, broken))
        .verifyErrorSatisfies(e -> assertThat(e).isSameAs(broken));
    assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/statement", "/ui"})
  void tellsNothingOfAnUnforeseenFailureButAnIdToFindItBy(String path) {
    MockServerWebExchange exchange = exchange(HttpMethod.POST, path);
    String id = exchange.getRequest().getId();
    IllegalStateException bug = new IllegalStateException("password=hunter2");
    try (RecordedLog log = RecordedLog.of(FailureHandler.class.getName())) {
      MockServerHttpResponse response = answer(exchange, bug);

      assertThat(response.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
      assertThat(response.getBodyAsString().block(Duration.ofSeconds(10)))
          .contains("unexpected failure of the gateway, whose log has more", id)
          .doesNotContain("hunter2", "IllegalState", "password");
      assertThat(response.getHeaders().containsHeader(HttpHeaders.RETRY_AFTER)).isFalse();
      assertThat(log.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getLevel()).isEqualTo(Level.ERROR);
                assertThat(event.getKeyValuePairs().toString()).contains(id);
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo(bug.getMessage());
              });
    }
  }

  @Test
  void doesNotRaiseTheAlarmForACancelledRequest() {
    try (RecordedLog log = RecordedLog.of(FailureHandler.class.getName())) {
      MockServerHttpResponse response =
          answer(exchange(HttpMethod.GET, "/v1/info"), new CancellationException());

      assertThat(response.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
      assertThat(log.events())
          .allSatisfy(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
    }
  }

  @Test
  void namesNoAddressOfTheCluster() {
    MockServerHttpResponse response =
        answer(
            exchange(HttpMethod.POST, "/v1/statement"),
            new ConnectException("Connection refused: trino/10.1.2.3:8080"));

    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertBody(response, "the Trino cluster cannot be reached (request ID)\n");
  }

  @Test
  void answers404ForWhatNoRouteServes() {
    MockServerHttpResponse response =
        answer(
            exchange(HttpMethod.GET, "/v1/task/x"),
            new ResponseStatusException(HttpStatus.NOT_FOUND));

    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
    assertBody(response, "this path is not served (request ID)\n");
  }

  @Test
  void standsBeforeTheHandlerOfSpringBoot() {
    assertThat(handler.getOrder()).isLessThan(-1);
  }

  private static MockServerWebExchange exchange(HttpMethod method, String path) {
    return MockServerWebExchange.from(MockServerHttpRequest.method(method, path));
  }

  private MockServerHttpResponse answer(MockServerWebExchange exchange, Throwable failure) {
    StepVerifier.create(handler.handle(exchange, failure)).verifyComplete();
    return exchange.getResponse();
  }

  private static void assertBody(MockServerHttpResponse response, String expected) {
    String id = response.getHeaders().getFirst("X-Request-Id");
    assertThat(id).isNotEmpty();
    String body = expected.replace("ID", String.valueOf(id));
    assertThat(response.getBodyAsString().block(Duration.ofSeconds(10))).isEqualTo(body);
    assertThat(response.getHeaders().getContentLength()).isEqualTo(body.length());
  }
}
