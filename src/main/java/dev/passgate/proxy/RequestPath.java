package dev.passgate.proxy;

import dev.passgate.protocol.TrinoPath;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/** What a request asks a coordinator for. */
final class RequestPath {

  private RequestPath() {}

  /** What a request's path is at a coordinator. */
  static TrinoPath of(ServerWebExchange exchange) {
    return TrinoPath.of(exchange.getRequest().getURI().getRawPath());
  }

  /** Whether a request is one for {@code io.trino.client.QueryResults}. */
  static boolean isStatement(ServerWebExchange exchange) {
    return of(exchange).isStatement();
  }

  /** Whether a request starts a query. */
  static boolean isNewStatement(ServerWebExchange exchange) {
    return HttpMethod.POST.equals(exchange.getRequest().getMethod())
        && of(exchange) == TrinoPath.STATEMENT;
  }
}
