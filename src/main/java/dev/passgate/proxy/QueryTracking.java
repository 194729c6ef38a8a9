package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.identity.Identity;
import dev.passgate.limit.Place;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.QueryIdFinder;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEnd;
import dev.passgate.query.RunningQueries;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;

/**
 * Learns from a cluster's answers which queries run: from an answer's head that a query is there or
 * not, and from its body whether more of the query comes.
 *
 * <p>Of clusters that write the external URIs themselves only the first page is read, so the end of
 * their queries is known by a cancellation, or by nobody asking for them any more.
 */
final class QueryTracking {

  private static final String PARTIAL_CANCEL = "/v1/statement/executing/partialCancel/";

  private final RunningQueries running;

  QueryTracking(RunningQueries running) {
    this.running = running;
  }

  /** The head of an answer has come from the cluster; nothing of it has left. */
  void answered(ServerWebExchange exchange) {
    QueryId id = polled(exchange);
    Cluster cluster = ProxyAttributes.cluster(exchange);
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    if (id == null || cluster == null || status == null) {
      return;
    }
    // Nor 404 to a path that only its prefix was signed of: whoever changes the rest of it would
    // have a place more.
    if (status.value() == 204 && cancels(exchange)) {
      running.ended(id, user(exchange));
      ProxyAttributes.end(exchange, QueryEnd.canceled(id));
    } else if (status.value() != 404 || ProxyAttributes.prefixed(exchange) == null) {
      ProxyAttributes.end(exchange, pageAnswered(id, cluster, status.value(), user(exchange)));
    }
  }

  /**
   * The head of the answer to a poll has come whose whole path was signed.
   *
   * @return the end that it tells of; null where it tells of none
   */
  @Nullable QueryEnd pageAnswered(QueryId id, Cluster cluster, int status, CountedUser user) {
    // Not 410: that is said of an older page too, while the query goes on.
    if (status == 404) {
      return running.ended(id, user) ? QueryEnd.gone(id) : null;
    }
    if (status / 100 == 2) {
      running.seen(id, cluster.name(), user);
    }
    return null;
  }

  /**
   * The whole body of the answer to a poll was read, and the end of it has not left.
   *
   * @param page what was found in it
   * @return the end that it tells of; null where it tells of none
   */
  @Nullable QueryEnd pageRead(QueryId id, int status, QueryIdFinder page, CountedUser user) {
    if (status != 200 || page.hasNext()) {
      return null;
    }
    running.ended(id, user);
    return QueryEnd.told(id, page.hasFailed(), page.errorName());
  }

  /**
   * The whole body of an answer was read, and the end of it has not left.
   *
   * @param page what was found in it
   */
  void read(ServerWebExchange exchange, QueryIdFinder page) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    Cluster cluster = ProxyAttributes.cluster(exchange);
    if (status == null || status.value() != 200 || cluster == null) {
      return;
    }
    if (!HttpMethod.POST.equals(exchange.getRequest().getMethod())) {
      QueryId polled = polled(exchange);
      if (polled != null) {
        ProxyAttributes.end(exchange, pageRead(polled, status.value(), page, user(exchange)));
      }
      return;
    }
    QueryId id = page.queryId();
    if (id == null || !RequestPath.isStatement(exchange)) {
      return;
    }
    if (page.hasNext()) {
      Place place = ProxyAttributes.place(exchange);
      if (place == null) {
        running.seen(id, cluster.name(), user(exchange));
      } else {
        place.started(id, cluster.name());
      }
    } else {
      ProxyAttributes.end(exchange, QueryEnd.told(id, page.hasFailed(), page.errorName()));
    }
  }

  private static @Nullable QueryId polled(ServerWebExchange exchange) {
    return RequestPath.isStatement(exchange)
        ? QueryId.inPath(exchange.getRequest().getURI().getRawPath())
        : null;
  }

  /** Whether it is about the whole query, and not one stage of it. */
  private static boolean cancels(ServerWebExchange exchange) {
    return HttpMethod.DELETE.equals(exchange.getRequest().getMethod())
        && !exchange.getRequest().getURI().getRawPath().startsWith(PARTIAL_CANCEL);
  }

  private static CountedUser user(ServerWebExchange exchange) {
    Identity identity = ProxyAttributes.identity(exchange);
    return CountedUser.of(identity);
  }
}
