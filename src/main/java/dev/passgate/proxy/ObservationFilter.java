package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.AccessEvent;
import dev.passgate.observe.AccessLog;
import dev.passgate.observe.AuditEvent;
import dev.passgate.observe.AuditLog;
import dev.passgate.observe.AuditNote;
import dev.passgate.observe.RequestMetrics;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.query.QueryEnd;
import dev.passgate.trace.RequestId;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** Times every request, and writes down who was let in, to what, and who was not. */
final class ObservationFilter implements WebFilter, Ordered {

  /** nginx's number for a client that went away before the answer; never sent. */
  private static final int CLIENT_WENT_AWAY = 499;

  private static final String NONE = "none";
  private static final String QUERY = "query";
  private static final String QUERY_END = "query-end";

  private final RequestMetrics metrics;
  private final AuditLog audit;
  private final AccessLog access;
  private final RequestSpans spans;
  private final ExternalAddress address;
  private final ApplicationContext context;

  ObservationFilter(
      RequestMetrics metrics,
      AuditLog audit,
      AccessLog access,
      RequestSpans spans,
      ExternalAddress address,
      ApplicationContext context) {
    this.context = context;
    this.access = access;
    this.spans = spans;
    this.metrics = metrics;
    this.audit = audit;
    this.address = address;
  }

  /** Around the check of a request's form too, and within what takes off a query's prefix. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 1;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // which of two contexts it is, not what is in them
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    if (exchange.getApplicationContext() != context) {
      // The management listener borrows the filters of this one.
      return chain.filter(exchange);
    }
    long start = System.nanoTime();
    identify(exchange);
    return chain.filter(spans.begin(exchange)).doFinally(signal -> ended(exchange, signal, start));
  }

  /** Failures name the request, those of a cluster too. */
  private void identify(ServerWebExchange exchange) {
    String given = address.requestId(exchange.getRequest());
    if (given != null) {
      RequestId.give(exchange, given);
    }
    exchange
        .getResponse()
        .beforeCommit(
            () -> {
              if (status(exchange) >= 400) {
                exchange.getResponse().getHeaders().set(RequestId.HEADER, RequestId.of(exchange));
              }
              return Mono.empty();
            });
  }

  private void ended(ServerWebExchange exchange, SignalType signal, long start) {
    if (signal == SignalType.ON_ERROR && !exchange.getResponse().isCommitted()) {
      // The status is decided by the failure handler, around all filters.
      exchange
          .getResponse()
          .beforeCommit(() -> Mono.fromRunnable(() -> record(exchange, start, status(exchange))));
      return;
    }
    boolean wentAway = signal == SignalType.CANCEL && !isAnswered(exchange);
    record(exchange, start, wentAway ? CLIENT_WENT_AWAY : status(exchange));
  }

  /** A client may leave with an answer that is only a head before its end is known here. */
  private static boolean isAnswered(ServerWebExchange exchange) {
    ServerHttpResponse response = exchange.getResponse();
    return response.isCommitted()
        && (HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
            || status(exchange) == 204
            || status(exchange) == 304
            || response.getHeaders().getContentLength() == 0);
  }

  private static int status(ServerWebExchange exchange) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    return status == null ? 200 : status.value();
  }

  private void record(ServerWebExchange exchange, long start, int status) {
    long nanos = System.nanoTime() - start;
    Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
    String routeId = route == null ? NONE : route.getId();
    Cluster cluster = ProxyAttributes.cluster(exchange);
    metrics.ended(routeId, cluster == null ? NONE : cluster.name(), status, nanos);
    access.write(() -> event(exchange, status, nanos));
    spans.ended(exchange, routeId, status);
    Decision decision = ProxyAttributes.decision(exchange);
    if (decision == null) {
      AuditNote note = AuditNote.of(exchange);
      if (note != null) {
        audit.write(event(exchange, note, routeId, status, nanos));
      }
      return;
    }
    HttpMethod method = exchange.getRequest().getMethod();
    boolean statement = RequestPath.isStatement(exchange);
    boolean query =
        HttpMethod.POST.equals(method)
            && (statement || (route != null && SqlService.answers(route)));
    if (query
        && status == 200
        && cluster != null
        && decision.verdict() instanceof Identity identity) {
      metrics.query(cluster.name(), identity.issuer());
    }
    // Accepted polls and heartbeats go on with what was written down when the query came.
    boolean poll = statement && !query && !HttpMethod.DELETE.equals(method);
    if (!poll || decision.verdict() instanceof Refusal) {
      AuditNote note = note(query ? QUERY : "access", decision);
      audit.write(event(exchange, note, routeId, status, nanos));
    }
    if (ProxyAttributes.end(exchange) != null) {
      audit.write(event(exchange, note(QUERY_END, decision), routeId, status, nanos));
    }
    Decision later = ProxyAttributes.later(exchange);
    if (later != null) {
      audit.write(event(exchange, note(QUERY, later), routeId, status, nanos));
    }
  }

  private static AuditNote note(String acceptedAs, Decision decision) {
    return new AuditNote(
        decision.verdict() instanceof Refusal ? "refusal" : acceptedAs,
        decision.source(),
        AuditEvent.Credential.of(decision.verdict()));
  }

  private AuditEvent event(
      ServerWebExchange exchange, AuditNote note, String route, int status, long nanos) {
    ServerHttpRequest request = exchange.getRequest();
    Cluster cluster = ProxyAttributes.cluster(exchange);
    QueryId answered = ProxyAttributes.queryId(exchange);
    // A new query's id is in the answer; that of one that is looked at or ended, in the path.
    Instant now = Instant.now();
    QueryEnd end = note.event().equals(QUERY_END) ? ProxyAttributes.end(exchange) : null;
    QueryId queryId = answered == null ? QueryId.inPath(request.getURI().getRawPath()) : answered;
    return new AuditEvent(
        now,
        note.event(),
        RequestId.of(exchange),
        address.client(request),
        note.source(),
        note.credential(),
        route,
        request.getMethod().name(),
        cluster == null ? null : cluster.name(),
        queryId == null ? null : queryId.toString(),
        request.getHeaders().getFirst(TrinoHeaders.SOURCE),
        status,
        TimeUnit.NANOSECONDS.toMillis(nanos),
        end == null ? null : Ends.told(end, now),
        note.event().equals(QUERY) ? ProxyAttributes.sql(exchange) : null);
  }

  private AccessEvent event(ServerWebExchange exchange, int status, long nanos) {
    ServerHttpRequest request = exchange.getRequest();
    Route route = exchange.getAttribute(GATEWAY_ROUTE_ATTR);
    Cluster cluster = ProxyAttributes.cluster(exchange);
    Identity identity = ProxyAttributes.identity(exchange);
    QueryId answered = ProxyAttributes.queryId(exchange);
    String path = request.getURI().getRawPath();
    QueryId queryId = answered == null && path != null ? QueryId.inPath(path) : answered;
    return new AccessEvent(
        Instant.now(),
        RequestId.of(exchange),
        address.client(request),
        identity == null ? null : identity.issuer(),
        identity == null ? null : identity.user(),
        request.getMethod().name(),
        path,
        route == null ? null : route.getId(),
        cluster == null ? null : cluster.name(),
        queryId == null ? null : queryId.toString(),
        status,
        TimeUnit.NANOSECONDS.toMillis(nanos),
        request.getHeaders().getFirst(HttpHeaders.USER_AGENT));
  }
}
