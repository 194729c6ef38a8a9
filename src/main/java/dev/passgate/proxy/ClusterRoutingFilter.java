package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.isAlreadyRouted;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.setAlreadyRouted;

import dev.passgate.affinity.Binding;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.routing.Choice;
import dev.passgate.routing.Router;
import dev.passgate.routing.RoutingRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Sends requests to clusters, and again where that can do no harm. What goes elsewhere is left to
 * Spring Cloud Gateway's filter, which comes just after.
 *
 * <p>A request that changes nothing when it is served twice is repeated when its connection was
 * refused or broke before the head of an answer. Any other is repeated only if it never left the
 * gateway. One that may go to any cluster goes to another when the first cannot be reached; all
 * others stay where they belong.
 */
final class ClusterRoutingFilter implements GlobalFilter, Ordered {

  private static final Logger log = LoggerFactory.getLogger(ClusterRoutingFilter.class);

  /** With the pauses well under a second: what fails for longer, Trino's clients repeat. */
  private static final int MAX_TRIES = 3;

  /** Before the second try; before the third it is twice as long. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ClusterHttpClients clients;
  private final List<HttpHeadersFilter> headersFilters;
  private final Router router;
  private final ClusterStates states;

  ClusterRoutingFilter(
      ClusterHttpClients clients,
      List<HttpHeadersFilter> headersFilters,
      Router router,
      ClusterStates states) {
    this.clients = clients;
    this.headersFilters = headersFilters;
    this.router = router;
    this.states = states;
  }

  @Override
  public int getOrder() {
    return NettyRoutingFilter.ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    if (ProxyAttributes.cluster(exchange) == null || isAlreadyRouted(exchange)) {
      return chain.filter(exchange);
    }
    setAlreadyRouted(exchange);
    Repetition repetition = Repetition.of(exchange.getRequest());
    return tryOnce(exchange, repetition, 1, new HashSet<>()).then(chain.filter(exchange));
  }

  private Mono<Void> tryOnce(
      ServerWebExchange exchange, Repetition repetition, int number, Set<Cluster> unreachable) {
    return Mono.defer(
        () -> {
          Cluster cluster = Objects.requireNonNull(ProxyAttributes.cluster(exchange));
          ClusterCall call =
              new ClusterCall(exchange, headersFilters, repetition != Repetition.HARMLESS);
          return call.send(clients.of(cluster, ProxyAttributes.identity(exchange) != null))
              .doOnSuccess(
                  _ -> {
                    if (isCoordinator(exchange, cluster)) {
                      states.answered(cluster);
                    }
                  })
              .onErrorResume(
                  failure -> {
                    Mono<Void> again =
                        again(
                            exchange,
                            repetition,
                            number,
                            unreachable,
                            cluster,
                            call.setback(failure));
                    return again == null ? Mono.error(failure) : again;
                  });
        });
  }

  /** What follows a try that failed, or null where that is its failure. */
  private @Nullable Mono<Void> again(
      ServerWebExchange exchange,
      Repetition repetition,
      int number,
      Set<Cluster> unreachable,
      Cluster cluster,
      Setback setback) {
    boolean onTheSame =
        switch (setback) {
          case REFUSED, STALE -> true;
          case BROKEN -> repetition == Repetition.HARMLESS;
          case UNREACHABLE, OTHER -> false;
        };
    // One that broke may have been broken by what the request says, which is up to its sender.
    boolean failed = setback == Setback.REFUSED || setback == Setback.UNREACHABLE;
    if (failed && isCoordinator(exchange, cluster)) {
      states.connectionFailed(cluster);
    }
    if (number == MAX_TRIES || (!onTheSame && setback != Setback.UNREACHABLE)) {
      return null;
    }
    Cluster other = null;
    if (failed) {
      unreachable.add(cluster);
      other = other(exchange, unreachable);
    }
    if (other == null && !onTheSame) {
      return null;
    }
    log.atDebug()
        .addKeyValue("cluster", cluster.name())
        .addKeyValue("requestId", exchange.getRequest().getId())
        .log("try {} of a request failed: {}", number, setback);
    Mono<Void> next = tryOnce(exchange, repetition, number + 1, unreachable);
    if (other != null) {
      ClusterFilter.direct(exchange, other);
      return next;
    }
    return Mono.delay(PAUSE.multipliedBy(number)).then(next);
  }

  /** A worker that has a segment says nothing of its coordinator. */
  private static boolean isCoordinator(ServerWebExchange exchange, Cluster cluster) {
    Binding binding = ProxyAttributes.binding(exchange);
    return binding == null || binding.destination().equals(cluster.origin());
  }

  private @Nullable Cluster other(ServerWebExchange exchange, Set<Cluster> unreachable) {
    RoutingRequest choosable = ProxyAttributes.choosable(exchange);
    return choosable != null
            && router.choose(choosable, unreachable) instanceof Choice.Chosen chosen
        ? chosen.cluster()
        : null;
  }

  /** Whether a request may be served twice. */
  private enum Repetition {
    HARMLESS,
    HARMFUL;

    /**
     * Looking is, and so is cancelling what is cancelled ({@code QueuedStatementResource}, {@code
     * ExecutingStatementResource}). All others are not. None of these has a body, which could not
     * be sent twice: {@code RequestFormFilter} refuses it.
     */
    static Repetition of(ServerHttpRequest request) {
      String path = request.getURI().getRawPath();
      boolean harmless =
          switch (request.getMethod().name()) {
            case "GET", "HEAD" -> path.startsWith("/v1/") || path.startsWith("/ui");
            case "DELETE" -> path.startsWith("/v1/statement/");
            default -> false;
          };
      return harmless ? HARMLESS : HARMFUL;
    }
  }
}
