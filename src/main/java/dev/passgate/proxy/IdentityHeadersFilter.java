package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Decision;
import dev.passgate.gate.GrantHeaders;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.TrinoHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * The last word on who a request is from, after every filter of routes and of the framework: {@code
 * X-Trino-User} exactly once, or not at all where nobody is known; what the credential says of
 * roles, client tags and extra credentials; and what shows the cluster that the gateway says so.
 * Where nobody is known the cluster is shown nothing: it would take the gateway for the user.
 */
final class IdentityHeadersFilter implements HttpHeadersFilter, Ordered {

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
    HttpHeaders headers = HttpHeaders.copyOf(input);
    Cluster cluster = ProxyAttributes.cluster(exchange);
    tell(
        headers,
        ProxyAttributes.decision(exchange),
        cluster,
        cluster != null && Rewriting.isNeeded(exchange, cluster));
    return headers;
  }

  /**
   * Has the headers of a request say what the gateway says.
   *
   * @param decision what the gate decided on the request; null where it was not asked
   * @param cluster where the request goes; null where it goes elsewhere
   * @param rewritten whether the answer is
   */
  static void tell(
      HttpHeaders headers,
      @Nullable Decision decision,
      @Nullable Cluster cluster,
      boolean rewritten) {
    headers.remove(TrinoHeaders.ORIGINAL_USER);
    headers.remove(HttpHeaders.CONNECTION);
    if (rewritten) {
      // The rewriter reads the answer; Trino compresses only what a client asks it to.
      headers.set(HttpHeaders.ACCEPT_ENCODING, "identity");
    }
    if (cluster != null) {
      // Trino refuses a request with two.
      headers.remove(HttpHeaders.AUTHORIZATION);
    }
    if (decision == null || !(decision.verdict() instanceof Identity identity)) {
      headers.remove(TrinoHeaders.USER);
      return;
    }
    if (cluster == null) {
      headers.set(TrinoHeaders.USER, identity.user());
    } else {
      name(headers, identity, cluster);
    }
    // A route of a user's own may lead elsewhere than to a cluster: no token goes there,
    // nor any other credential.
    grant(headers, identity, cluster == null ? null : decision.token(), cluster != null);
  }

  private static void grant(
      HttpHeaders headers, Identity identity, @Nullable String token, boolean toCluster) {
    GrantHeaders.of(identity.grants(), token, headers::getOrEmpty)
        .forEach(
            (name, values) -> {
              headers.remove(name);
              if (!values.isEmpty()) {
                headers.put(name, values);
              }
            });
    if (!toCluster && !identity.grants().extraCredentials().values().isEmpty()) {
      headers.remove(TrinoHeaders.EXTRA_CREDENTIAL);
    }
  }

  /** Says to a cluster who somebody is, and shows it that the gateway says so. */
  static void name(HttpHeaders headers, Identity identity, Cluster cluster) {
    headers.set(TrinoHeaders.USER, identity.user());
    vouch(headers, identity, cluster);
  }

  private static void vouch(HttpHeaders headers, Identity identity, Cluster cluster) {
    String original = identity.originalUser();
    if (original != null && cluster.sendsOriginalUser()) {
      headers.set(TrinoHeaders.ORIGINAL_USER, original);
    }
    String authorization =
        cluster.trust().authorization(original == null ? identity.user() : original);
    if (authorization != null) {
      headers.set(HttpHeaders.AUTHORIZATION, authorization);
    }
  }
}
