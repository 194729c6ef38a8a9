package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.identity.Identity;
import dev.passgate.trace.TraceContext;
import dev.passgate.trace.Tracing;
import java.util.HashMap;
import java.util.Map;
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

  private final Tracing tracing;

  RequestSpans(Tracing tracing) {
    this.tracing = tracing;
  }

  /** The exchange to go on with. */
  ServerWebExchange begin(ServerWebExchange exchange) {
    if (!tracing.isOn()) {
      return exchange;
    }
    ServerHttpRequest request = exchange.getRequest();
    Tracing.Running running = tracing.begin(request.getHeaders().get(TraceContext.HEADER));
    exchange.getAttributes().put(RUNNING, running);
    return exchange
        .mutate()
        .request(
            request
                .mutate()
                .headers(
                    headers -> {
                      headers.set(TraceContext.HEADER, running.context().header());
                      if (!running.goesOn()) {
                        // Of a trace that nobody knows of (section 3.3.1.3).
                        headers.remove(TraceContext.STATE_HEADER);
                      }
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
    Map<String, Object> attributes = new HashMap<>();
    String method = exchange.getRequest().getMethod().name();
    attributes.put("http.request.method", METHODS.contains(method) ? method : "_OTHER");
    attributes.put("http.response.status_code", status);
    attributes.put("passgate.route", route);
    Cluster cluster = ProxyAttributes.cluster(exchange);
    if (cluster != null) {
      attributes.put("passgate.cluster", cluster.name());
    }
    Identity identity = ProxyAttributes.identity(exchange);
    if (identity != null) {
      attributes.put("passgate.issuer", identity.issuer());
    }
    tracing.ended(running, route, attributes, status >= 500);
  }
}
