package dev.passgate.proxy;

import dev.passgate.failure.QueryRefusedException;
import dev.passgate.failure.RefusedException;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoHeaders;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Refuses a {@code SET SESSION AUTHORIZATION} that Trino allows and the rules do not. The client
 * learns it in the place of the statement's answer; otherwise it would think that it is somebody
 * else, and the requests that follow would say so in vain.
 */
final class SessionAuthorizationFilter implements GlobalFilter, Ordered {

  private final Impersonation impersonation;
  private final ExternalAddress address;

  SessionAuthorizationFilter(Impersonation impersonation, ExternalAddress address) {
    this.impersonation = impersonation;
    this.address = address;
  }

  /** Just within the filter that writes the answer, which lets go of one that is not written. */
  @Override
  public int getOrder() {
    return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER + 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    EarlierTry earlier = EarlierTry.of(exchange);
    return check(exchange, earlier == null ? List.of() : earlier.authorizations())
        .then(chain.filter(exchange))
        .then(
            Mono.defer(
                () ->
                    check(
                        exchange,
                        exchange
                            .getResponse()
                            .getHeaders()
                            .getOrEmpty(TrinoHeaders.SET_AUTHORIZATION_USER))));
  }

  private Mono<Void> check(ServerWebExchange exchange, List<String> users) {
    Refusal refusal = refusal(exchange, users);
    if (refusal == null) {
      return Mono.empty();
    }
    Decision decision = Objects.requireNonNull(ProxyAttributes.decision(exchange));
    ProxyAttributes.decision(exchange, new Decision(refusal, decision.source()));
    return Mono.error(failure(exchange, refusal));
  }

  /** Trino lets clients know with a page of the query; on anything else it is just refused. */
  private RuntimeException failure(ServerWebExchange exchange, Refusal refusal) {
    QueryId id = QueryId.inPath(exchange.getRequest().getURI().getRawPath());
    return id != null
            && RequestPath.isStatement(exchange)
            && HttpMethod.GET.equals(exchange.getRequest().getMethod())
        ? new QueryRefusedException(
            refusal,
            id.toString(),
            URI.create(address.origin(ProxyAttributes.received(exchange)) + "/ui/query.html?" + id))
        : new RefusedException(refusal);
  }

  private @Nullable Refusal refusal(ServerWebExchange exchange, List<String> users) {
    Identity identity = ProxyAttributes.identity(exchange);
    if (identity == null) {
      return null;
    }
    for (String user : users) {
      Refusal refusal = impersonation.refuseAuthorization(identity, user);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }
}
