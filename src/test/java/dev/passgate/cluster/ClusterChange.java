package dev.passgate.cluster;

import java.util.List;

/** Changes clusters as a reload does, for tests in other packages. */
public final class ClusterChange {

  private ClusterChange() {}

  public static void apply(Clusters clusters, Cluster... all) {
    clusters.replace(List.of(all));
  }
}
