package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.failure.RefusedException;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.limit.Admission.Admitted;
import dev.passgate.limit.Admission.Limited;
import dev.passgate.limit.Place;
import dev.passgate.limit.QueryLimits;
import dev.passgate.query.CountedUser;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Refuses the new queries of a user who has too many. Only what posts a statement is counted: who
 * is at the limit can still fetch, cancel and look at what runs. Every statement counts, also one
 * that ends a transaction, as Trino takes each for a query.
 */
final class QueryLimitFilter implements GlobalFilter, Ordered {

  private final QueryLimits limits;

  QueryLimitFilter(QueryLimits limits) {
    this.limits = limits;
  }

  /** After the decision who gets in, and of what size. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Identity identity = ProxyAttributes.identity(exchange);
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    if (identity == null
        || !RequestPath.isNewStatement(exchange)
        || !ClusterFilter.isToCluster(route)) {
      return chain.filter(exchange);
    }
    return admit(limits, exchange, identity, _ -> chain.filter(exchange));
  }

  /** Goes on with a place for the query, which is given back unless the query has it by then. */
  static Mono<Void> admit(
      QueryLimits limits,
      ServerWebExchange exchange,
      Identity identity,
      Function<Place, Mono<Void>> query) {
    return limits
        .admit(CountedUser.of(identity))
        .flatMap(
            admission ->
                switch (admission) {
                  case Admitted(Place place) -> {
                    ProxyAttributes.place(exchange, place);
                    yield Mono.defer(() -> query.apply(place)).doFinally(_ -> place.close());
                  }
                  case Limited limited -> refuse(exchange, identity, limited);
                });
  }

  private static Mono<Void> refuse(ServerWebExchange exchange, Identity identity, Limited limited) {
    Refusal refusal =
        new Refusal(
            Reason.TOO_MANY_QUERIES,
            limited.detail(),
            identity.issuer(),
            limited.retryAfter(),
            null,
            identity);
    Decision decision = Objects.requireNonNull(ProxyAttributes.decision(exchange));
    ProxyAttributes.decision(exchange, new Decision(refusal, decision.source()));
    return Mono.error(new RefusedException(refusal));
  }
}
