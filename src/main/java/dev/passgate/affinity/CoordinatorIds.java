package dev.passgate.affinity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.QueryId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster's queries have which ending: the five characters that a coordinator draws when it
 * starts, and that end the ids of all its queries ({@code io.trino.execution.QueryIdGenerator}).
 * Learned from answers; a coordinator that restarts has another one. Thread-safe.
 */
public final class CoordinatorIds {

  private static final int MAX_ENTRIES = 10_000;

  /** Longer than Trino keeps the queries of the past. */
  private static final Duration MAX_IDLE = Duration.ofDays(1);

  private final Cache<String, Cluster> clusters =
      Caffeine.newBuilder()
          .maximumSize(MAX_ENTRIES)
          .expireAfterAccess(MAX_IDLE)
          .executor(Runnable::run)
          .build();

  /** A cluster has, or had, a query of this id. */
  public void learn(Cluster cluster, QueryId query) {
    learn(cluster, query.coordinatorId());
  }

  /** A cluster's coordinator says that this is its id. */
  public void learn(Cluster cluster, String coordinatorId) {
    if (!cluster.equals(clusters.getIfPresent(coordinatorId))) {
      clusters.put(coordinatorId, cluster);
    }
  }

  /** The cluster of a query, or null where it is not known. */
  public @Nullable Cluster find(QueryId query) {
    return clusters.getIfPresent(query.coordinatorId());
  }
}
