package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.isAlreadyRouted;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.setAlreadyRouted;

import dev.passgate.proxy.ClusterTries.Repetition;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Sends requests to clusters. What goes elsewhere is left to Spring Cloud Gateway's filter, which
 * comes just after.
 */
final class ClusterRoutingFilter implements GlobalFilter, Ordered {

  private final ClusterTries tries;
  private final List<HttpHeadersFilter> headersFilters;

  ClusterRoutingFilter(ClusterTries tries, List<HttpHeadersFilter> headersFilters) {
    this.tries = tries;
    this.headersFilters = headersFilters;
  }

  @Override
  public int getOrder() {
    return NettyRoutingFilter.ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    if (ProxyAttributes.cluster(exchange) == null || isAlreadyRouted(exchange)) {
      return chain.filter(exchange);
    }
    setAlreadyRouted(exchange);
    Repetition repetition = repetition(exchange.getRequest());
    return tries
        .send(
            exchange,
            repetition,
            () -> new ClusterCall(exchange, headersFilters, repetition != Repetition.HARMLESS),
            EarlierTry.of(exchange) == null ? 1 : 2)
        .then(chain.filter(exchange));
  }

  /**
   * Looking is harmless, and so is cancelling what is cancelled ({@code QueuedStatementResource},
   * {@code ExecutingStatementResource}). All others are not. None of these has a body, which could
   * not be sent twice: {@code RequestFormFilter} refuses it.
   */
  private static Repetition repetition(ServerHttpRequest request) {
    String path = request.getURI().getRawPath();
    boolean harmless =
        switch (request.getMethod().name()) {
          case "GET", "HEAD" -> path.startsWith("/v1/") || path.startsWith("/ui");
          case "DELETE" -> path.startsWith("/v1/statement/");
          default -> false;
        };
    return harmless ? Repetition.HARMLESS : Repetition.HARMFUL;
  }
}
