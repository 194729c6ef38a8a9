package dev.passgate.proxy;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.affinity.SignedUris;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.RequestMetrics;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Has the answers of Trino's client protocol rewritten while they stream to the client. */
final class RewriteFilter implements GlobalFilter, Ordered {

  private final ExternalAddress address;
  private final SignedUris signed;
  private final CoordinatorIds ids;
  private final RequestMetrics metrics;
  private final QueryTracking tracking;

  RewriteFilter(
      ExternalAddress address,
      SignedUris signed,
      CoordinatorIds ids,
      RequestMetrics metrics,
      QueryTracking tracking) {
    this.address = address;
    this.signed = signed;
    this.ids = ids;
    this.metrics = metrics;
    this.tracking = tracking;
  }

  /** Around the filter that writes the answer. */
  @Override
  public int getOrder() {
    return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return chain.filter(
        exchange
            .mutate()
            .response(new RewritingResponse(exchange, address, signed, ids, metrics, tracking))
            .build());
  }
}
