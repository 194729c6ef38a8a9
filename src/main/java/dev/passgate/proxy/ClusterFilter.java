package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.affinity.Binding;
import dev.passgate.affinity.SignedUris;
import dev.passgate.affinity.TransactionIds;
import dev.passgate.affinity.TransactionIds.Transaction;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.failure.ClusterException;
import dev.passgate.failure.RequestException;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.protocol.TrinoPath;
import dev.passgate.routing.Choice;
import dev.passgate.routing.Router;
import dev.passgate.routing.RoutingRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Points a request of a route with {@code uri: trino://cluster} at a cluster: the one that its
 * signature names, or its transaction; the one that has the query that it is about; else one that
 * is chosen.
 */
final class ClusterFilter implements GlobalFilter, Ordered {

  static final String SCHEME = "trino";

  private final Router router;
  private final Clusters clusters;
  private final TransactionIds transactions;
  private final QueryLocator locator;
  private final ExternalAddress address;

  ClusterFilter(
      Router router,
      Clusters clusters,
      TransactionIds transactions,
      QueryLocator locator,
      ExternalAddress address) {
    this.router = router;
    this.clusters = clusters;
    this.transactions = transactions;
    this.locator = locator;
    this.address = address;
  }

  /** Whether a route leads to the clusters. */
  static boolean isToCluster(Route route) {
    return SCHEME.equals(route.getUri().getScheme());
  }

  /** Just after the filter that joins the route's URI and the request's path. */
  @Override
  public int getOrder() {
    return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    if (!isToCluster(route)) {
      return chain.filter(exchange);
    }
    // The joined URI, not the request's: a route's own filters may have rewritten the path.
    URI joined = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
    String path = joined.getRawPath();
    String query = exchange.getRequest().getURI().getRawQuery();
    QueryId about = QueryId.inPath(query == null ? path : path + "?" + query);
    // What shows a whole cluster is for whom the rules lead there, whatever page it is asked from.
    boolean ruled = about == null && UiCluster.showsCluster(path);
    Binding binding = ProxyAttributes.binding(exchange);
    if (binding != null) {
      if (ruled) {
        return chosen(exchange, chain, binding.cluster());
      }
      direct(exchange, binding.cluster(), binding.destination(), path, binding.query());
      return chain.filter(exchange);
    }
    TrinoPath at = TrinoPath.of(path);
    if (SignedUris.areNeeded(at)) {
      return Mono.error(
          new RequestException(HttpStatus.FORBIDDEN, "the address is not one that was signed"));
    }
    if (at == TrinoPath.STATEMENT) {
      List<String> given =
          exchange.getRequest().getHeaders().getOrEmpty(TrinoHeaders.TRANSACTION_ID);
      if (given.size() > 1) {
        // Which of them counts, is not for two to decide.
        return Mono.error(
            new RequestException(HttpStatus.BAD_REQUEST, "the request names several transactions"));
      }
      if (!given.isEmpty() && TransactionIds.isGiven(given.getFirst())) {
        return inTransaction(exchange, chain, path, given.getFirst());
      }
    }
    if (about != null) {
      return locator
          .locate(about, exchange)
          .switchIfEmpty(
              Mono.error(
                  () ->
                      new RequestException(
                          HttpStatus.NOT_FOUND, "no Trino cluster knows of this query")))
          .flatMap(cluster -> at(cluster, exchange, chain));
    }
    QueryId page = at == TrinoPath.UI ? UiCluster.ofPage(exchange.getRequest()) : null;
    if (page == null) {
      return chosen(exchange, chain, null);
    }
    return locator
        .locate(page, exchange)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        // A hint only: a page is shown all the same where a cluster cannot be asked.
        .onErrorResume(ClusterException.class, _ -> Mono.just(Optional.empty()))
        .flatMap(
            cluster ->
                cluster.isPresent() && !ruled
                    ? at(cluster.get(), exchange, chain)
                    : chosen(exchange, chain, cluster.orElse(null)));
  }

  private static Mono<Void> at(
      Cluster cluster, ServerWebExchange exchange, GatewayFilterChain chain) {
    direct(exchange, cluster);
    return chain.filter(exchange);
  }

  /** Statements of a transaction go to where it was started. */
  private Mono<Void> inTransaction(
      ServerWebExchange exchange, GatewayFilterChain chain, String path, String given) {
    Transaction transaction = transactions.read(given, ProxyAttributes.owner(exchange));
    if (transaction == null) {
      return Mono.error(
          new RequestException(
              HttpStatus.FORBIDDEN,
              "the transaction is not one that was started here by the same user"));
    }
    Cluster cluster = transaction.cluster();
    String query = exchange.getRequest().getURI().getRawQuery();
    direct(exchange, cluster, cluster.origin(), path, query);
    return chain.filter(
        exchange
            .mutate()
            .request(
                request ->
                    request.headers(
                        headers -> headers.set(TrinoHeaders.TRANSACTION_ID, transaction.id())))
            .build());
  }

  /**
   * @param page the cluster of the page that asks; null where that is not known
   */
  private Mono<Void> chosen(
      ServerWebExchange exchange, GatewayFilterChain chain, @Nullable Cluster page) {
    RoutingRequest request =
        new RoutingRequest(
            ProxyAttributes.identity(exchange),
            exchange.getRequest().getHeaders()::getOrEmpty,
            ProxyAttributes.statement(exchange),
            RequestPath.isNewStatement(exchange));
    boolean ofMany =
        switch (RequestPath.of(exchange)) {
          case UI, QUERIES -> true;
          case STATEMENT, POLL, SEGMENT, QUERY, OTHER -> false;
        };
    Choice choice =
        ofMany
            ? router.steady(
                request, page == null ? UiCluster.wished(exchange, clusters, address) : page.name())
            : router.choose(request, Set.of());
    return Mono.defer(
        () -> {
          Cluster cluster = chosen(choice);
          if (!ofMany) {
            ProxyAttributes.choosable(exchange, request);
          }
          direct(exchange, cluster);
          return chain.filter(exchange);
        });
  }

  /**
   * The cluster of a choice.
   *
   * @throws ClusterException if none can be used now
   * @throws RequestException if no rule names one
   */
  static Cluster chosen(Choice choice) {
    return switch (choice) {
      case Choice.Chosen chosen -> chosen.cluster();
      case Choice.Unavailable _ ->
          throw new ClusterException(
              HttpStatus.SERVICE_UNAVAILABLE, "no Trino cluster takes new queries now");
      case Choice.Unmatched _ ->
          throw new RequestException(
              HttpStatus.FORBIDDEN, "no routing rule names a Trino cluster for this request");
    };
  }

  /** Points a request that may go to any cluster at one; it may point at another already. */
  static void direct(ServerWebExchange exchange, Cluster cluster) {
    URI joined = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
    // The request's query: joining takes a query for a list of parameters, and writes it anew.
    String query = exchange.getRequest().getURI().getRawQuery();
    direct(exchange, cluster, cluster.origin(), joined.getRawPath(), query);
  }

  private static void direct(
      ServerWebExchange exchange,
      Cluster cluster,
      Origin destination,
      String path,
      @Nullable String query) {
    ProxyAttributes.cluster(exchange, cluster);
    exchange
        .getAttributes()
        .put(
            GATEWAY_REQUEST_URL_ATTR,
            URI.create(destination + path + (query == null ? "" : "?" + query)));
  }
}
