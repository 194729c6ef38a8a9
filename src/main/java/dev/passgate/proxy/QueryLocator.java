package dev.passgate.proxy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.failure.ClusterException;
import dev.passgate.protocol.QueryId;
import dev.passgate.proxy.QueryProbe.Answer;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds the cluster that has a query: by the coordinator in the query's id where that is known,
 * else by asking the clusters.
 */
final class QueryLocator {

  /** What was asked for in vain is not asked for again at once, by anybody. */
  private static final Duration UNKNOWN_TIME = Duration.ofSeconds(5);

  private static final int MAX_UNKNOWN = 10_000;

  private final Cache<QueryId, Boolean> unknown =
      Caffeine.newBuilder()
          .maximumSize(MAX_UNKNOWN)
          .expireAfterWrite(UNKNOWN_TIME)
          .executor(Runnable::run)
          .build();

  private record Found(Cluster cluster, Answer answer) {}

  private final Clusters clusters;
  private final CoordinatorIds ids;
  private final QueryProbe probe;

  QueryLocator(Clusters clusters, CoordinatorIds ids, QueryProbe probe) {
    this.clusters = clusters;
    this.ids = ids;
    this.probe = probe;
  }

  /**
   * The cluster of a query, or one that refuses to say whether it has it, so that it says that
   * itself; empty where none has it. Fails with a {@link ClusterException} where one that may have
   * it could not be asked. Nothing is learned from a refusal, which for everybody else may be
   * wrong.
   */
  Mono<Cluster> locate(QueryId query, ServerWebExchange exchange) {
    Cluster learned = ids.find(query);
    // As it is now, if it is still there.
    Cluster known = learned == null ? null : clusters.find(learned.name());
    List<Cluster> all = clusters.all();
    if (known != null || all.size() == 1) {
      return Mono.just(known == null ? all.getFirst() : known);
    }
    if (unknown.getIfPresent(query) != null) {
      return Mono.empty();
    }
    return Flux.fromIterable(all)
        .flatMap(
            cluster ->
                probe
                    .ask(cluster, query, exchange)
                    .filter(answer -> answer != Answer.UNKNOWN)
                    .map(answer -> new Found(cluster, answer)))
        // Only what has the query is sure of it, and others wait for no slower cluster then.
        .takeUntil(found -> found.answer() == Answer.FOUND)
        .reduce((one, other) -> other.answer().compareTo(one.answer()) > 0 ? other : one)
        .flatMap(
            found ->
                switch (found.answer()) {
                  case FOUND -> {
                    ids.learn(found.cluster(), query);
                    yield Mono.just(found.cluster());
                  }
                  case REFUSED -> Mono.just(found.cluster());
                  case UNKNOWN, UNSURE ->
                      Mono.error(
                          new ClusterException(
                              HttpStatus.SERVICE_UNAVAILABLE,
                              "a Trino cluster that may have this query does not answer"));
                })
        .switchIfEmpty(
            Mono.defer(
                () -> {
                  unknown.put(query, true);
                  return Mono.empty();
                }));
  }
}
