package dev.passgate.proxy;

import dev.passgate.affinity.SignedUris;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Takes off a path the prefix of its query, by which clusters find their way that write their URIs
 * themselves, so that routes see the path as it is at every cluster.
 */
final class QueryPrefixFilter implements WebFilter, Ordered {

  /** Around all others, so that none of them takes a page of a query for anything else. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    String prefixed = exchange.getRequest().getURI().getRawPath();
    String path = SignedUris.withoutPrefix(prefixed);
    if (path == null) {
      return chain.filter(exchange);
    }
    ProxyAttributes.prefixed(exchange, prefixed);
    return chain.filter(exchange.mutate().request(request -> request.path(path)).build());
  }
}
