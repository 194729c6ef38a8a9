package dev.passgate.proxy;

import dev.passgate.affinity.Owner;
import dev.passgate.affinity.SignedUris;
import dev.passgate.affinity.TransactionIds;
import dev.passgate.cluster.Cluster;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.protocol.ExternalUris;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.protocol.TrinoPath;
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
  private final SignedUris signed;
  private final TransactionIds transactions;

  ResponseHeadersFilter(ExternalAddress address, SignedUris signed, TransactionIds transactions) {
    this.address = address;
    this.signed = signed;
    this.transactions = transactions;
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
    if (cluster == null || !isConcerned(input)) {
      return input;
    }
    String path = exchange.getRequest().getURI().getRawPath();
    boolean wasSigned =
        ProxyAttributes.binding(exchange) != null && SignedUris.areNeeded(TrinoPath.of(path));
    HttpHeaders headers = HttpHeaders.copyOf(input);
    point(
        headers,
        cluster,
        address.origin(ProxyAttributes.received(exchange)),
        ProxyAttributes.owner(exchange),
        path,
        wasSigned);
    return headers;
  }

  /** Whether the headers of an answer have any that {@link #point} changes. */
  static boolean isConcerned(HttpHeaders headers) {
    return headers.containsHeader(HttpHeaders.LOCATION)
        || headers.containsHeader(HttpHeaders.WWW_AUTHENTICATE)
        || headers.containsHeader(TrinoHeaders.STARTED_TRANSACTION_ID)
        || headers.containsHeader(PROXY_CONNECTION);
  }

  /**
   * Points the headers of a cluster's answer at the gateway.
   *
   * @param external what the client calls the gateway
   * @param owner who asked
   * @param path what was asked for
   * @param wasSigned whether the request was let in by a signature
   */
  void point(
      HttpHeaders headers,
      Cluster cluster,
      Origin external,
      Owner owner,
      String path,
      boolean wasSigned) {
    ExternalUris uris = new ExternalUris(signed.headMapping(cluster, external, owner, wasSigned));
    headers.remove(PROXY_CONNECTION);
    replace(
        headers,
        HttpHeaders.LOCATION,
        location -> {
          String worker =
              TrinoPath.of(path) == TrinoPath.SEGMENT
                  ? signed.atWorker(cluster, external, owner, location, path)
                  : null;
          return worker == null ? uris.location(location) : worker;
        });
    replace(
        headers, TrinoHeaders.STARTED_TRANSACTION_ID, id -> transactions.give(cluster, owner, id));
    replace(headers, HttpHeaders.WWW_AUTHENTICATE, uris::wwwAuthenticate);
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
