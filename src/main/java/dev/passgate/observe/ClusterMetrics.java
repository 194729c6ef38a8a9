package dev.passgate.observe;

import dev.passgate.cluster.ClusterGauge;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterState;
import dev.passgate.cluster.health.ClusterStates;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Tells in {@code passgate_cluster_up{cluster}} which clusters are known to be up: 1, else 0. */
final class ClusterMetrics {

  private ClusterMetrics() {}

  static MeterBinder up(Clusters clusters, ClusterStates states) {
    return ClusterGauge.of(
        "passgate.cluster.up",
        "Whether the cluster is known to be up",
        clusters,
        cluster -> states.state(cluster) == ClusterState.UP ? 1 : 0);
  }
}
