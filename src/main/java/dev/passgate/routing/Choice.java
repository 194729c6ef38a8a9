package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import org.jspecify.annotations.Nullable;

/** What became of a request that may go to any cluster. */
public sealed interface Choice {

  /**
   * It goes to a cluster.
   *
   * @param rule the name of the rule that matched; null where none did
   * @param label the label by which the cluster was found
   */
  record Chosen(Cluster cluster, @Nullable String rule, String label) implements Choice {}

  /**
   * No cluster of the label takes new queries now.
   *
   * @param rule the name of the rule that matched; null where none did
   */
  record Unavailable(@Nullable String rule, String label) implements Choice {}

  /** No rule matches, and the configuration sends such requests nowhere. */
  record Unmatched() implements Choice {}
}
