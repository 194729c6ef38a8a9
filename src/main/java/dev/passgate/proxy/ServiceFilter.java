package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.service.RouteService;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Has the gateway itself answer where a route says so; nothing goes anywhere then. */
final class ServiceFilter implements GlobalFilter, Ordered {

  private final RouteServices services;

  ServiceFilter(RouteServices services) {
    this.services = services;
  }

  /** After a route's own filters, and before all that would look for a server. */
  @Override
  public int getOrder() {
    return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER - 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    RouteService service = services.of(route);
    return service == null
        ? chain.filter(exchange)
        : service.answer(
            exchange, ProxyAttributes.received(exchange), ProxyAttributes.decision(exchange));
  }
}
