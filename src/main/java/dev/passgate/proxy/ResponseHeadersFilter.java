package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.protocol.ExternalUris;
import dev.passgate.protocol.OriginMapping;
import java.util.List;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Points the URIs in the headers of a cluster's answer at the gateway, and drops the one header of
 * the connection that Spring Cloud Gateway lets pass.
 */
final class ResponseHeadersFilter implements HttpHeadersFilter, Ordered {

  private static final String PROXY_CONNECTION = "Proxy-Connection";

  private final ExternalAddress address;

  ResponseHeadersFilter(ExternalAddress address) {
    this.address = address;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public boolean supports(Type type) {
    return type == Type.RESPONSE;
  }

  @Override
  public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
    Cluster cluster = ProxyAttributes.cluster(exchange);
    if (cluster == null
        || !(input.containsHeader(HttpHeaders.LOCATION)
            || input.containsHeader(HttpHeaders.WWW_AUTHENTICATE)
            || input.containsHeader(PROXY_CONNECTION))) {
      return input;
    }
    ExternalUris uris =
        new ExternalUris(
            new OriginMapping(
                cluster.origin(), address.origin(ProxyAttributes.received(exchange))));
    HttpHeaders headers = HttpHeaders.copyOf(input);
    headers.remove(PROXY_CONNECTION);
    replace(headers, HttpHeaders.LOCATION, uris::location);
    replace(headers, HttpHeaders.WWW_AUTHENTICATE, uris::wwwAuthenticate);
    return headers;
  }

  private interface Rewrite {
    String apply(String value);
  }

  private static void replace(HttpHeaders headers, String name, Rewrite rewrite) {
    List<String> values = headers.get(name);
    if (values != null) {
      headers.put(name, values.stream().map(rewrite::apply).toList());
    }
  }
}
