package dev.passgate.cluster;

import dev.passgate.protocol.Origin;
import java.util.Objects;

/** The clusters that requests can go to. */
public final class Clusters {

  private final Cluster only;

  Clusters(ClusterProperties properties) {
    var entry = properties.clusters().entrySet().iterator().next();
    this.only =
        new Cluster(entry.getKey(), Origin.parse(Objects.requireNonNull(entry.getValue().url())));
  }

  /** The cluster for a request. */
  public Cluster choose() {
    return only;
  }
}
