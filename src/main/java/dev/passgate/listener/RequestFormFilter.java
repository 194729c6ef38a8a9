package dev.passgate.listener;

import dev.passgate.failure.RequestException;
import dev.passgate.protocol.CanonicalPath;
import java.util.List;
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

/**
 * Lets only plain requests in: an origin-form target (RFC 9112, section 3.2.1), one {@code Host}, a
 * canonical path. What routes and Trino could read in two ways is refused before either reads it.
 */
final class RequestFormFilter implements WebFilter, Ordered {

  /** Before everything but the observation of requests, which is to see what is refused here. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 1;
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
    String target = raw.uri();
    if (target.isEmpty() || target.charAt(0) != '/') {
      return "the request target must be a path";
    }
    List<String> hosts = request.getHeaders().get(HttpHeaders.HOST);
    if (hosts == null
        || hosts.size() != 1
        || ExternalAddress.origin("http", hosts.getFirst()) == null) {
      return "the request must have one valid Host header";
    }
    int end = target.indexOf('?');
    String path = end < 0 ? target : target.substring(0, end);
    return CanonicalPath.isCanonical(path)
        ? null
        : "the path is not canonical (RFC 3986, section 6)";
  }
}
