package dev.passgate.cluster.health;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** The states of the clusters, as probes and real traffic tell them. Thread-safe. */
public final class ClusterStates {

  private final Map<Cluster, Circuit> circuits = new LinkedHashMap<>();
  private final boolean probing;

  /**
   * States of which nothing is known yet.
   *
   * @param nanos a clock like {@link System#nanoTime()}
   */
  public ClusterStates(Clusters clusters, HealthProperties settings, LongSupplier nanos) {
    clusters
        .all()
        .forEach(cluster -> circuits.put(cluster, new Circuit(cluster.name(), settings, nanos)));
    this.probing = settings.enabled();
  }

  public ClusterState state(Cluster cluster) {
    return circuit(cluster).state();
  }

  /**
   * Those of some clusters that new queries may go to: never one that is down. Where coordinators
   * are probed, those of which nothing is known only while no other is up.
   */
  public List<Cluster> usable(List<Cluster> some) {
    if (probing) {
      List<Cluster> up = some.stream().filter(one -> state(one) == ClusterState.UP).toList();
      if (!up.isEmpty()) {
        return up;
      }
    }
    return some.stream().filter(one -> state(one) != ClusterState.DOWN).toList();
  }

  /** No connection to a cluster could be made. */
  public void connectionFailed(Cluster cluster) {
    circuit(cluster).connectionFailed();
  }

  /** The head of a cluster's answer came, whatever its status. */
  public void answered(Cluster cluster) {
    circuit(cluster).answered();
  }

  void probed(Cluster cluster, CoordinatorInfo info) {
    circuit(cluster).probed(info);
  }

  /**
   * @param cause for the log, without secrets
   */
  void probeFailed(Cluster cluster, String cause) {
    circuit(cluster).probeFailed(cause);
  }

  /** A probe got no answer in time, which counts only where no request gets one either. */
  void probeTimedOut(Cluster cluster, String cause) {
    circuit(cluster).probeTimedOut(cause);
  }

  private Circuit circuit(Cluster cluster) {
    return Objects.requireNonNull(circuits.get(cluster), cluster.name());
  }
}
