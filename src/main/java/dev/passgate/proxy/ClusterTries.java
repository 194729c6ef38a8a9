package dev.passgate.proxy;

import dev.passgate.affinity.Binding;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.routing.Choice;
import dev.passgate.routing.Router;
import dev.passgate.routing.RoutingRequest;
import dev.passgate.trace.RequestId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Sends requests to clusters, and again where that can do no harm.
 *
 * <p>A request that changes nothing when it is served twice is repeated when its connection was
 * refused or broke before the head of an answer. Any other is repeated only if it never left the
 * gateway. One that may go to any cluster goes to another when the first cannot be reached; all
 * others stay where they belong.
 */
final class ClusterTries {

  private static final Logger log = LoggerFactory.getLogger(ClusterTries.class);

  /** With the pauses well under a second: what fails for longer, Trino's clients repeat. */
  private static final int MAX_TRIES = 3;

  /** Before the second try; before the third it is twice as long. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Whether a request may be served twice. */
  enum Repetition {
    HARMLESS,
    HARMFUL
  }

  /**
   * One try of a request.
   *
   * @param <T> what is known of the answer when its head is there
   */
  interface Try<T> {

    Mono<T> send(Cluster cluster, HttpClient client);

    /** What a failure of {@link #send} stands for. */
    Setback setback(Throwable failure);
  }

  private final ClusterHttpClients clients;
  private final Router router;
  private final ClusterStates states;

  ClusterTries(ClusterHttpClients clients, Router router, ClusterStates states) {
    this.clients = clients;
    this.router = router;
    this.states = states;
  }

  /**
   * Sends the request of an exchange, which points at a cluster.
   *
   * @param tries makes a new one each time
   */
  <T> Mono<T> send(
      ServerWebExchange exchange, Repetition repetition, Supplier<? extends Try<T>> tries) {
    return send(exchange, repetition, tries, 1);
  }

  /**
   * The same where tries were made before.
   *
   * @param number of the first try from now
   */
  <T> Mono<T> send(
      ServerWebExchange exchange,
      Repetition repetition,
      Supplier<? extends Try<T>> tries,
      int number) {
    return tryOnce(exchange, repetition, tries, number, new HashSet<>());
  }

  private <T> Mono<T> tryOnce(
      ServerWebExchange exchange,
      Repetition repetition,
      Supplier<? extends Try<T>> tries,
      int number,
      Set<Cluster> unreachable) {
    return Mono.defer(
        () -> {
          Cluster cluster = Objects.requireNonNull(ProxyAttributes.cluster(exchange));
          Try<T> one = tries.get();
          return one.send(cluster, clients.of(cluster, ProxyAttributes.identity(exchange) != null))
              .doOnSuccess(
                  _ -> {
                    if (isCoordinator(exchange, cluster)) {
                      states.answered(cluster);
                    }
                  })
              .onErrorResume(
                  failure -> {
                    Mono<T> again =
                        again(
                            exchange,
                            repetition,
                            tries,
                            number,
                            unreachable,
                            cluster,
                            one.setback(failure));
                    return again == null ? Mono.error(failure) : again;
                  });
        });
  }

  /** What follows a try that failed, or null where that is its failure. */
  private <T> @Nullable Mono<T> again(
      ServerWebExchange exchange,
      Repetition repetition,
      Supplier<? extends Try<T>> tries,
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
        .addKeyValue("requestId", RequestId.of(exchange))
        .log("try {} of a request failed: {}", number, setback);
    Mono<T> next = tryOnce(exchange, repetition, tries, number + 1, unreachable);
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
}
