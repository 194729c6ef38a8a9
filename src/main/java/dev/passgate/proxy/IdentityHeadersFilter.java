package dev.passgate.proxy;

import dev.passgate.gate.Decision;
import dev.passgate.gate.GrantHeaders;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.TrinoHeaders;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * The last word on who a request is from, after every filter of routes and of the framework: {@code
 * X-Trino-User} exactly once, or not at all where nobody is known, {@code X-Trino-Original-User}
 * only where somebody acts as another, so that Trino can ask its own rules, and what the credential
 * says of roles, client tags and extra credentials.
 */
final class IdentityHeadersFilter implements HttpHeadersFilter, Ordered {

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
    HttpHeaders headers = HttpHeaders.copyOf(input);
    headers.remove(TrinoHeaders.ORIGINAL_USER);
    headers.remove(HttpHeaders.CONNECTION);
    if (ProxyAttributes.cluster(exchange) != null && Rewriting.isStatement(exchange)) {
      // The rewriter reads the answer; Trino compresses only what a client asks it to.
      headers.set(HttpHeaders.ACCEPT_ENCODING, "identity");
      // Segments are served by signed URIs, which are not there yet; Trino then answers directly.
      headers.remove(TrinoHeaders.QUERY_DATA_ENCODING);
    }
    Identity identity = ProxyAttributes.identity(exchange);
    if (identity == null) {
      headers.remove(TrinoHeaders.USER);
    } else {
      headers.set(TrinoHeaders.USER, identity.user());
      if (identity.originalUser() != null) {
        headers.set(TrinoHeaders.ORIGINAL_USER, identity.originalUser());
      }
      grant(headers, identity, exchange);
    }
    return headers;
  }

  private static void grant(HttpHeaders headers, Identity identity, ServerWebExchange exchange) {
    Decision decision = ProxyAttributes.decision(exchange);
    // A route of a user's own may lead elsewhere than to a cluster: no token goes there.
    boolean toCluster = ProxyAttributes.cluster(exchange) != null;
    String token = toCluster && decision != null ? decision.token() : null;
    GrantHeaders.of(identity.grants(), token, headers::getOrEmpty)
        .forEach(
            (name, values) -> {
              headers.remove(name);
              if (!values.isEmpty()) {
                headers.put(name, values);
              }
            });
  }
}
