package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.health.ClusterState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request would go now, and why.
 *
 * @param rule the name of the rule that matches; null where none does
 * @param label the label by which a cluster is looked for; null where the request is refused
 * @param candidates the clusters of the label
 * @param choice what would become of the request
 */
public record Preview(
    @Nullable String rule, @Nullable String label, List<Candidate> candidates, Choice choice) {

  /**
   * A cluster of the label.
   *
   * @param running how many queries it runs, as far as this gateway knows
   */
  public record Candidate(Cluster cluster, ClusterState state, int running) {}

  public Preview {
    candidates = List.copyOf(candidates);
  }
}
