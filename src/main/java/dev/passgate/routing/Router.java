package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Chooses the cluster for a request that may go to any. Thread-safe. */
public final class Router {

  private static final String ANY = "any";

  private final Clusters clusters;
  private final AtomicInteger turn = new AtomicInteger();

  Router(Clusters clusters) {
    this.clusters = clusters;
  }

  /**
   * The cluster for a request.
   *
   * @param except clusters that are passed over, because it was found just now that they cannot be
   *     reached
   */
  public Choice choose(RoutingRequest request, Set<Cluster> except) {
    List<Cluster> candidates =
        clusters.all().stream()
            .filter(cluster -> !cluster.draining() && !except.contains(cluster))
            .toList();
    return candidates.isEmpty()
        ? new Choice.Unavailable(null, ANY)
        : new Choice.Chosen(
            candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size())), null, ANY);
  }
}
