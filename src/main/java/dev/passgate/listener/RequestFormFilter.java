package dev.passgate.listener;

import dev.passgate.failure.RequestException;
import dev.passgate.protocol.CanonicalPath;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Lets only plain requests in: HTTP/1.1, a usual method, an origin-form target (RFC 9112, section
 * 3.2.1), one {@code Host}, a canonical path. What routes and Trino could read in two ways is
 * refused before either reads it.
 */
final class RequestFormFilter implements WebFilter, Ordered {

  /**
   * Not CONNECT: the client towards the cluster would take a 200 for the start of a tunnel, and the
   * next request on that connection, which may be anybody's, would get no answer. Not TRACE, which
   * sends back what the gateway added. Nor what nobody knows, {@code get} included.
   */
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  /**
   * A body on these means nothing (RFC 9110, section 9.3), no client of Trino sends one, and the
   * proxy's client would collect it before it sends anything: a way to hold connections to the
   * cluster and memory without a credential.
   */
  private static final Set<HttpMethod> WITHOUT_BODY =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE, HttpMethod.OPTIONS);

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
    if (!raw.version().equals(HttpVersion.HTTP_1_1)) {
      // HTTP/1.0 knows no chunks, in which answers are sent whose length is not known.
      return "the request must be one of HTTP/1.1";
    }
    if (!METHODS.contains(request.getMethod())) {
      return "the request's method is not one that is served";
    }
    if (WITHOUT_BODY.contains(request.getMethod()) && hasBody(request.getHeaders())) {
      return "a request with this method must have no body";
    }
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
    if (end >= 0 && !isQuery(target, end + 1)) {
      return "the query holds characters that must be escaped (RFC 3986, section 3.4)";
    }
    return CanonicalPath.isCanonical(path)
        ? null
        : "the path is not canonical (RFC 3986, section 6)";
  }

  private static boolean hasBody(HttpHeaders headers) {
    return headers.containsHeader(HttpHeaders.TRANSFER_ENCODING) || headers.getContentLength() > 0;
  }

  /**
   * Whether a query goes on as it is. A fragment would be cut off, and what is not ASCII escaped;
   * the other characters that do not belong there make no URI in the first place.
   */
  private static boolean isQuery(String target, int start) {
    for (int i = start; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return false;
      }
    }
    return true;
  }
}
