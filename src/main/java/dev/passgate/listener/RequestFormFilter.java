package dev.passgate.listener;

import dev.passgate.failure.RequestException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Lets only requests of a plain form in, see {@link RequestForm}. */
final class RequestFormFilter implements WebFilter, Ordered {

  /**
   * Before everything but the observation of requests, which is to see what is refused here, and
   * what takes off a query's prefix: it is in the target that is looked at.
   */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    String objection = objection(exchange.getRequest());
    if (objection != null) {
      return Mono.error(new RequestException(HttpStatus.BAD_REQUEST, objection));
    }
    return chain.filter(exchange);
  }

  private static @Nullable String objection(ServerHttpRequest request) {
    HttpServerRequest raw = ServerHttpRequestDecorator.getNativeRequest(request);
    HttpHeaders headers = request.getHeaders();
    return RequestForm.objection(
        raw.version().text(),
        request.getMethod().name(),
        raw.uri(),
        headers.getOrEmpty(HttpHeaders.HOST),
        hasBody(headers));
  }

  private static boolean hasBody(HttpHeaders headers) {
    return headers.containsHeader(HttpHeaders.TRANSFER_ENCODING) || headers.getContentLength() > 0;
  }
}
