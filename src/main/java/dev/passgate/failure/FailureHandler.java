package dev.passgate.failure;

import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.trace.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers every failure: one line of text under {@code /v1}, where Trino's clients show the body to
 * people, and {@code application/problem+json} (RFC 9457) elsewhere. A refusal that comes with a
 * query's page is the query's failure.
 */
final class FailureHandler implements WebExceptionHandler, Ordered {

  private static final Logger log = LoggerFactory.getLogger(FailureHandler.class);

  private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

  /** RFC 7617, section 2.1. */
  private static final String BASIC_CHALLENGE = "Basic realm=\"passgate\", charset=\"UTF-8\"";

  private static final String VALIDATE = "/api/validate";

  private final FailureMapping mapping;
  private final boolean passwords;
  private final JsonMapper json;

  /**
   * @param passwords whether passwords are accepted, so that a challenge asks for them too
   */
  FailureHandler(FailureMapping mapping, boolean passwords, JsonMapper json) {
    this.mapping = mapping;
    this.passwords = passwords;
    this.json = json;
  }

  /** Before Spring Boot's own handler (-1), which would tell more. */
  @Override
  public int getOrder() {
    return -2;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable exception) {
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted()) {
      // The status is gone: the connection is cut, so that nobody takes a part for the whole.
      log.atWarn()
          .addKeyValue("requestId", RequestId.of(exchange))
          .log("an answer is cut after it was begun: {}", exception.toString());
      return Mono.error(exception);
    }
    if (exception instanceof QueryRefusedException refused) {
      return answer(exchange, refused.failure(RequestId.of(exchange)));
    }
    Failure failure = mapping.map(exception);
    if (failure == null) {
      failure = unforeseen(exchange, exception);
    } else if (failure.isOfStatement()) {
      // Trino's words may hold values of rows.
      log.debug("{}", exception.toString());
    } else if (failure.status().is5xxServerError()) {
      log.atWarn()
          .addKeyValue("status", failure.status().value())
          .addKeyValue("requestId", RequestId.of(exchange))
          .log("{}: {}", failure.detail(), exception.toString());
    }
    return answer(exchange, failure);
  }

  private static Failure unforeseen(ServerWebExchange exchange, Throwable exception) {
    if (exception instanceof CancellationException) {
      log.debug("request cancelled", exception);
    } else {
      log.atError()
          .setCause(exception)
          .addKeyValue("requestId", RequestId.of(exchange))
          .log("a request failed unexpectedly");
    }
    return Failure.of(
        HttpStatus.INTERNAL_SERVER_ERROR, "unexpected failure of the gateway, whose log has more");
  }

  /**
   * After a request whose form is in doubt, or whose body was not read to its end, nobody waits for
   * the rest, or for a next one (RFC 9112, section 9.6).
   */
  private static boolean endsConnection(Failure failure) {
    int status = failure.status().value();
    return status == 408 || status == 413 || (status == 400 && !failure.isOfStatement());
  }

  private Mono<Void> answer(ServerWebExchange exchange, QueryFailure failure) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    headers.clear();
    response.setStatusCode(HttpStatus.OK);
    headers.set(RequestId.HEADER, RequestId.of(exchange));
    headers.setCacheControl("no-store");
    headers.setContentType(MediaType.APPLICATION_JSON);
    return write(response, json.writeValueAsBytes(failure));
  }

  private static Mono<Void> write(ServerHttpResponse response, byte[] body) {
    response.getHeaders().setContentLength(body.length);
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
  }

  /**
   * Also behind the prefix of a query, which is still there: failures are around all filters. And
   * behind that of a request that Envoy asks about, whose client gets what Envoy gets.
   */
  private static boolean isForTrinoClient(String path) {
    int start = 0;
    if (path.startsWith("/~")) {
      start = path.indexOf('/', 1);
    } else if (path.startsWith(VALIDATE + "/")) {
      start = VALIDATE.length();
    }
    return start >= 0
        && path.startsWith("/v1", start)
        && (path.length() == start + 3 || path.charAt(start + 3) == '/');
  }

  private Mono<Void> answer(ServerWebExchange exchange, Failure failure) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    headers.clear();
    response.setStatusCode(failure.status());
    String id = RequestId.of(exchange);
    headers.set(RequestId.HEADER, id);
    if (failure.challenge() != null) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, failure.challenge());
      if (passwords) {
        // A line of its own: many clients do not find a second challenge in one line.
        headers.add(HttpHeaders.WWW_AUTHENTICATE, BASIC_CHALLENGE);
      }
    }
    if (failure.retryAfter() != null) {
      headers.set(
          HttpHeaders.RETRY_AFTER,
          Long.toString(Math.max(1, failure.retryAfter().plusMillis(999).toSeconds())));
    }
    if (endsConnection(failure)) {
      headers.set(HttpHeaders.CONNECTION, "close");
    }
    if (failure.members().get(Failure.QUERY_ID) instanceof String query) {
      headers.set(TrinoHeaders.QUERY_ID, query);
    }
    headers.setCacheControl("no-store");
    byte[] body;
    if (isForTrinoClient(exchange.getRequest().getURI().getRawPath())) {
      headers.setContentType(TEXT);
      body = (RequestId.added(failure.detail(), id) + "\n").getBytes(StandardCharsets.UTF_8);
    } else {
      headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
      ProblemDetail problem = ProblemDetail.forStatusAndDetail(failure.status(), failure.detail());
      failure.members().forEach(problem::setProperty);
      problem.setProperty("requestId", id);
      body = json.writeValueAsBytes(problem);
    }
    if (HttpMethod.HEAD.equals(exchange.getRequest().getMethod())) {
      headers.setContentLength(body.length);
      return response.setComplete();
    }
    return write(response, body);
  }
}
