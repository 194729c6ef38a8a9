package dev.passgate.cluster.health;

import dev.passgate.cluster.Cluster;

/** Told by which id a coordinator goes, again with each probe. Must not block. */
@FunctionalInterface
public interface CoordinatorSeen {

  /**
   * A coordinator told its id.
   *
   * @param coordinatorId what its query ids end with; another one after each of its starts
   */
  void seen(Cluster cluster, String coordinatorId);
}
