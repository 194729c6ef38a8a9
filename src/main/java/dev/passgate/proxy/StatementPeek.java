package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.affinity.TransactionIds;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.routing.ClientHeaders;
import dev.passgate.routing.Router;
import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds out what a new statement does, where some routing rule asks for it. Reads no more of the
 * body than it takes to tell; the body goes on byte by byte as it came, and no faster than the
 * cluster takes it.
 */
final class StatementPeek implements GlobalFilter, Ordered {

  private final Router router;

  StatementPeek(Router router) {
    this.router = router;
  }

  /** Before the cluster is chosen, and after the filters that bound the body. */
  @Override
  public int getOrder() {
    return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    if (!router.asksForStatement() || !isStatement(exchange)) {
      return chain.filter(exchange);
    }
    return Mono.defer(
        () -> {
          PeekedStatement statement = new PeekedStatement(classifier(exchange));
          return statement
              .peek(exchange.getRequest().getBody())
              .flatMap(kind -> chain.filter(peeked(exchange, kind, statement.body())))
              .doFinally(_ -> statement.close());
        });
  }

  private static boolean isStatement(ServerWebExchange exchange) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    String transaction = exchange.getRequest().getHeaders().getFirst(TrinoHeaders.TRANSACTION_ID);
    return ClusterFilter.isToCluster(route)
        && RequestPath.isNewStatement(exchange)
        && !TransactionIds.isGiven(transaction);
  }

  private static StatementClassifier classifier(ServerWebExchange exchange) {
    return new StatementClassifier(
        new ClientHeaders(exchange.getRequest().getHeaders()::getOrEmpty)::prepared);
  }

  private static ServerWebExchange peeked(
      ServerWebExchange exchange, StatementKind kind, Flux<DataBuffer> body) {
    ProxyAttributes.statement(exchange, kind);
    return exchange
        .mutate()
        .request(
            new ServerHttpRequestDecorator(exchange.getRequest()) {
              @Override
              public Flux<DataBuffer> getBody() {
                return body;
              }
            })
        .build();
  }
}
