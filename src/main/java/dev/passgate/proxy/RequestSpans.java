package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.identity.Identity;
import dev.passgate.trace.Tracing;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Set;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * The spans of requests, where there are any: within those of clients, and around those of
 * clusters. What they say is configured or fixed, but for the client's ids of the trace.
 */
final class RequestSpans {

  private static final String RUNNING = RequestSpans.class.getName();
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

  private static final String METHOD = "http.request.method";
  private static final String STATUS = "http.response.status_code";
  private static final String ROUTE = "passgate.route";
  private static final String CLUSTER = "passgate.cluster";
  private static final String ISSUER = "passgate.issuer";

  private final Tracing tracing;

  RequestSpans(Tracing tracing) {
    this.tracing = tracing;
  }

  /** The exchange to go on with. */
  ServerWebExchange begin(ServerWebExchange exchange) {
    ServerHttpRequest request = exchange.getRequest();
    Tracing.Running running = tracing.begin(request.getHeaders()::get);
    if (running == null) {
      return exchange;
    }
    exchange.getAttributes().put(RUNNING, running);
    return exchange
        .mutate()
        .request(
            request
                .mutate()
                .headers(
                    headers -> {
                      // Of a trace that nobody knows of (section 3.3.1.3), or told anew.
                      headers.remove(Tracing.STATE_HEADER);
                      running.tell(headers::set);
                    })
                .build())
        .build();
  }

  /** The request was answered. */
  void ended(ServerWebExchange exchange, String route, int status) {
    Tracing.Running running = exchange.getAttribute(RUNNING);
    if (running == null) {
      return;
    }
    String method = exchange.getRequest().getMethod().name();
    AttributesBuilder attributes =
        Attributes.builder()
            .put(METHOD, METHODS.contains(method) ? method : "_OTHER")
            .put(STATUS, status)
            .put(ROUTE, route);
    Cluster cluster = ProxyAttributes.cluster(exchange);
    if (cluster != null) {
      attributes.put(CLUSTER, cluster.name());
    }
    Identity identity = ProxyAttributes.identity(exchange);
    if (identity != null) {
      attributes.put(ISSUER, identity.issuer());
    }
    tracing.ended(running, route, attributes.build(), status >= 500);
  }
}
