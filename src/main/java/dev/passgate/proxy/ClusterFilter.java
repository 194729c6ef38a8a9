package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.cluster.Cluster;
import dev.passgate.failure.ClusterException;
import dev.passgate.failure.RequestException;
import dev.passgate.routing.Choice;
import dev.passgate.routing.Router;
import dev.passgate.routing.RoutingRequest;
import dev.passgate.routing.StatementKind;
import java.net.URI;
import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Points a request of a route with {@code uri: trino://cluster} at the cluster chosen for it. */
final class ClusterFilter implements GlobalFilter, Ordered {

  static final String SCHEME = "trino";

  private final Router router;

  ClusterFilter(Router router) {
    this.router = router;
  }

  /** Just after the filter that joins the route's URI and the request's path. */
  @Override
  public int getOrder() {
    return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    if (!SCHEME.equals(route.getUri().getScheme())) {
      return chain.filter(exchange);
    }
    RoutingRequest request =
        new RoutingRequest(
            ProxyAttributes.identity(exchange),
            exchange.getRequest().getHeaders()::getOrEmpty,
            StatementKind.OTHER);
    return switch (router.choose(request, Set.of())) {
      case Choice.Chosen chosen -> {
        ProxyAttributes.choosable(exchange, () -> request);
        direct(exchange, chosen.cluster());
        yield chain.filter(exchange);
      }
      case Choice.Unavailable _ ->
          Mono.error(
              new ClusterException(
                  HttpStatus.SERVICE_UNAVAILABLE, "no Trino cluster takes new queries now"));
      case Choice.Unmatched _ ->
          Mono.error(
              new RequestException(
                  HttpStatus.FORBIDDEN, "no routing rule names a Trino cluster for this request"));
    };
  }

  /** Points a request at a cluster; it may point at another already. */
  static void direct(ServerWebExchange exchange, Cluster cluster) {
    ProxyAttributes.cluster(exchange, cluster);
    // The joined URI, not the request's: a route's own filters may have rewritten the path.
    URI joined = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
    // The request's query: joining takes a query for a list of parameters, and writes it anew.
    String query = exchange.getRequest().getURI().getRawQuery();
    exchange
        .getAttributes()
        .put(
            GATEWAY_REQUEST_URL_ATTR,
            URI.create(
                cluster.origin() + joined.getRawPath() + (query == null ? "" : "?" + query)));
  }
}
