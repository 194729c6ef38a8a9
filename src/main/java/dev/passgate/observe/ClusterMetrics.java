package dev.passgate.observe;

import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterState;
import dev.passgate.cluster.health.ClusterStates;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Tells in {@code passgate_cluster_up{cluster}} which clusters are known to be up: 1, else 0. */
final class ClusterMetrics {

  private ClusterMetrics() {}

  static MeterBinder up(Clusters clusters, ClusterStates states) {
    return registry ->
        clusters
            .all()
            .forEach(
                cluster ->
                    Gauge.builder(
                            "passgate.cluster.up",
                            states,
                            all -> all.state(cluster) == ClusterState.UP ? 1 : 0)
                        .description("Whether the cluster is known to be up")
                        .tag("cluster", cluster.name())
                        .register(registry));
  }
}
