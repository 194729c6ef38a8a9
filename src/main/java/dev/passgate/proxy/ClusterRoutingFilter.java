package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Sends requests to the clusters that have a client of their own. All others are left to Spring
 * Cloud Gateway's filter, which comes just after and knows one client only.
 */
final class ClusterRoutingFilter extends NettyRoutingFilter {

  private final ClusterHttpClients clients;

  ClusterRoutingFilter(
      HttpClient shared,
      ObjectProvider<List<HttpHeadersFilter>> headersFilters,
      HttpClientProperties properties,
      ClusterHttpClients clients) {
    super(shared, headersFilters, properties);
    this.clients = clients;
  }

  @Override
  public int getOrder() {
    return NettyRoutingFilter.ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Cluster cluster = ProxyAttributes.cluster(exchange);
    return cluster == null || cluster.tls() == null
        ? chain.filter(exchange)
        : super.filter(exchange, chain);
  }

  @Override
  protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
    return clients.of(
        Objects.requireNonNull(ProxyAttributes.cluster(exchange)),
        ProxyAttributes.identity(exchange) != null);
  }
}
