package dev.passgate.proxy;

import dev.passgate.affinity.Binding;
import dev.passgate.affinity.Owner;
import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.limit.Place;
import dev.passgate.protocol.QueryId;
import dev.passgate.query.QueryEnd;
import dev.passgate.routing.RoutingRequest;
import dev.passgate.routing.StatementKind;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What one step of the way knows and a later one needs. */
final class ProxyAttributes {

  private static final String RECEIVED = ProxyAttributes.class.getName() + ".received";
  private static final String DECISION = ProxyAttributes.class.getName() + ".decision";
  private static final String RECHECK = ProxyAttributes.class.getName() + ".recheck";
  private static final String LATER = ProxyAttributes.class.getName() + ".later";
  private static final String CLUSTER = ProxyAttributes.class.getName() + ".cluster";
  private static final String BINDING = ProxyAttributes.class.getName() + ".binding";
  private static final String PREFIXED = ProxyAttributes.class.getName() + ".prefixed";
  private static final String CHOOSABLE = ProxyAttributes.class.getName() + ".choosable";
  private static final String QUERY_ID = ProxyAttributes.class.getName() + ".queryId";
  private static final String PLACE = ProxyAttributes.class.getName() + ".place";
  private static final String END = ProxyAttributes.class.getName() + ".end";
  private static final String SQL = ProxyAttributes.class.getName() + ".sql";
  private static final String STATEMENT = ProxyAttributes.class.getName() + ".statement";

  private ProxyAttributes() {}

  /**
   * The request as it came. The one that goes on no longer has what the gateway itself reads:
   * forwarded headers, and {@code Host} where {@code Connection} names it.
   */
  static ServerHttpRequest received(ServerWebExchange exchange) {
    return exchange.getAttributeOrDefault(RECEIVED, exchange.getRequest());
  }

  static void received(ServerWebExchange exchange, ServerHttpRequest request) {
    exchange.getAttributes().put(RECEIVED, request);
  }

  /** What the gate decided; null where it was not asked. */
  static @Nullable Decision decision(ServerWebExchange exchange) {
    return exchange.getAttribute(DECISION);
  }

  static void decision(ServerWebExchange exchange, Decision decision) {
    exchange.getAttributes().put(DECISION, decision);
  }

  /** Who sent the request; null where nobody was let in by name. */
  static @Nullable Identity identity(ServerWebExchange exchange) {
    Decision decision = decision(exchange);
    return decision != null && decision.verdict() instanceof Identity identity ? identity : null;
  }

  static @Nullable Cluster cluster(ServerWebExchange exchange) {
    return exchange.getAttribute(CLUSTER);
  }

  static void cluster(ServerWebExchange exchange, Cluster cluster) {
    exchange.getAttributes().put(CLUSTER, cluster);
  }

  /** Where the request must go, by its signature; null where it has none. */
  static @Nullable Binding binding(ServerWebExchange exchange) {
    return exchange.getAttribute(BINDING);
  }

  static void binding(ServerWebExchange exchange, Binding binding) {
    exchange.getAttributes().put(BINDING, binding);
  }

  /** The raw path with the prefix of its query, which was taken off it; null where it had none. */
  static @Nullable String prefixed(ServerWebExchange exchange) {
    return exchange.getAttribute(PREFIXED);
  }

  static void prefixed(ServerWebExchange exchange, String path) {
    exchange.getAttributes().put(PREFIXED, path);
  }

  /** Whose the query is that a request is about, or that it starts. */
  static Owner owner(ServerWebExchange exchange) {
    Identity identity = identity(exchange);
    return identity == null ? Owner.NOBODY : Owner.of(identity);
  }

  /**
   * Has the credential judged anew, as that of a request that goes on with what this one began: for
   * answers of the gateway's own that take their time.
   */
  static Mono<Decision> recheck(ServerWebExchange exchange) {
    return exchange.getRequiredAttribute(RECHECK);
  }

  static void recheck(ServerWebExchange exchange, Mono<Decision> recheck) {
    exchange.getAttributes().put(RECHECK, recheck);
  }

  /** Why the gate would not let a request in any more that it let in; null where it would. */
  static @Nullable Decision later(ServerWebExchange exchange) {
    return exchange.getAttribute(LATER);
  }

  static void later(ServerWebExchange exchange, Decision decision) {
    exchange.getAttributes().put(LATER, decision);
  }

  /** The place that a new query takes among those of its user. */
  static @Nullable Place place(ServerWebExchange exchange) {
    return exchange.getAttribute(PLACE);
  }

  static void place(ServerWebExchange exchange, Place place) {
    exchange.getAttributes().put(PLACE, place);
  }

  /** The end of a query that the answer tells of; null where it tells of none. */
  static @Nullable QueryEnd end(ServerWebExchange exchange) {
    return exchange.getAttribute(END);
  }

  static void end(ServerWebExchange exchange, @Nullable QueryEnd end) {
    if (end != null) {
      exchange.getAttributes().put(END, end);
    }
  }

  /** The beginning of a new statement's text; null where nobody wanted it. */
  static @Nullable String sql(ServerWebExchange exchange) {
    return exchange.getAttribute(SQL);
  }

  static void sql(ServerWebExchange exchange, String text) {
    exchange.getAttributes().put(SQL, text);
  }

  /** What the request's statement does, as far as somebody wanted to know. */
  static StatementKind statement(ServerWebExchange exchange) {
    return exchange.getAttributeOrDefault(STATEMENT, StatementKind.OTHER);
  }

  static void statement(ServerWebExchange exchange, StatementKind kind) {
    exchange.getAttributes().put(STATEMENT, kind);
  }

  /**
   * What to choose another cluster by, where the one chosen cannot be reached; null where the
   * request belongs to its cluster.
   */
  static @Nullable RoutingRequest choosable(ServerWebExchange exchange) {
    return exchange.getAttribute(CHOOSABLE);
  }

  static void choosable(ServerWebExchange exchange, @Nullable RoutingRequest request) {
    if (request == null) {
      exchange.getAttributes().remove(CHOOSABLE);
    } else {
      exchange.getAttributes().put(CHOOSABLE, request);
    }
  }

  static @Nullable QueryId queryId(ServerWebExchange exchange) {
    return exchange.getAttribute(QUERY_ID);
  }

  static void queryId(ServerWebExchange exchange, @Nullable QueryId queryId) {
    if (queryId != null) {
      exchange.getAttributes().put(QUERY_ID, queryId);
    }
  }
}
