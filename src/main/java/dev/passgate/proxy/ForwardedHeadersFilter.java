package dev.passgate.proxy;

import dev.passgate.affinity.SignedUris;
import dev.passgate.cluster.Cluster;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.protocol.Origin;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells the clusters that are to write their URIs themselves what clients call the gateway, and the
 * prefix of the query ({@code http-server.process-forwarded=true} in Trino, else it answers 406).
 */
final class ForwardedHeadersFilter implements HttpHeadersFilter, Ordered {

  private static final String FOR = "X-Forwarded-For";
  private static final String PREFIX = "X-Forwarded-Prefix";

  private final ExternalAddress address;

  ForwardedHeadersFilter(ExternalAddress address) {
    this.address = address;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
    Cluster cluster = ProxyAttributes.cluster(exchange);
    if (cluster == null || !cluster.forwarded()) {
      return input;
    }
    ServerHttpRequest received = ProxyAttributes.received(exchange);
    Origin external = address.origin(received);
    HttpHeaders headers = HttpHeaders.copyOf(input);
    // It would outrank the others (org.eclipse.jetty.server.ForwardedRequestCustomizer).
    headers.remove("Forwarded");
    headers.set("X-Forwarded-Proto", external.scheme());
    headers.set("X-Forwarded-Host", external.host());
    headers.set("X-Forwarded-Port", String.valueOf(external.port()));
    String client = address.client(received);
    if (client.isEmpty()) {
      headers.remove(FOR);
    } else {
      headers.set(FOR, client);
    }
    String prefixed = ProxyAttributes.prefixed(exchange);
    if (prefixed == null) {
      headers.remove(PREFIX);
    } else {
      headers.set(PREFIX, SignedUris.prefixOf(prefixed));
    }
    return headers;
  }
}
