package dev.passgate.cluster;

import java.util.List;

/** The clusters that requests can go to. */
public final class Clusters {

  private final List<Cluster> all;

  /**
   * @param all at least one
   */
  Clusters(List<Cluster> all) {
    this.all = List.copyOf(all);
  }

  /** The cluster for a request. */
  public Cluster choose() {
    return all.getFirst();
  }

  /** Every cluster there is. */
  public List<Cluster> all() {
    return all;
  }
}
