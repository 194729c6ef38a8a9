package dev.passgate.proxy;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Has the heads of clusters' answers looked at before a client can know them. */
final class QueryTrackingFilter implements GlobalFilter, Ordered {

  private final QueryTracking tracking;

  QueryTrackingFilter(QueryTracking tracking) {
    this.tracking = tracking;
  }

  /** Within the filter that writes the answer. Failures of the gateway's own do not come here. */
  @Override
  public int getOrder() {
    return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER + 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return chain.filter(exchange).then(Mono.fromRunnable(() -> tracking.answered(exchange)));
  }
}
