package dev.passgate.cluster.health;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The states of the clusters, as probes and real traffic tell them. Thread-safe. */
public final class ClusterStates {

  /**
   * @param cluster the one that it is of, by which others of the same name are told apart
   */
  private record Known(Cluster cluster, Circuit circuit) {}

  private final Map<String, Known> circuits = new ConcurrentHashMap<>();
  private final HealthProperties settings;
  private final LongSupplier nanos;
  private final boolean probing;

  /**
   * States of which nothing is known yet.
   *
   * @param nanos a clock like {@link System#nanoTime()}
   */
  public ClusterStates(Clusters clusters, HealthProperties settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
    this.probing = settings.enabled();
    clusters.all().forEach(this::add);
    clusters.listen(
        new Clusters.Listener() {
          @Override
          public void added(Cluster cluster) {
            add(cluster);
          }

          @Override
          public void removed(Cluster cluster) {
            circuits.remove(cluster.name());
          }
        });
  }

  private void add(Cluster cluster) {
    circuits.put(cluster.name(), new Known(cluster, circuit(cluster.name())));
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

  /**
   * One that nobody else sees, of a cluster that is no more while a request to it ends: another may
   * have its name by now.
   */
  private Circuit circuit(Cluster cluster) {
    Known known = circuits.get(cluster.name());
    return known != null && cluster.isReachedAs(known.cluster())
        ? known.circuit()
        : circuit(cluster.name());
  }

  private Circuit circuit(String name) {
    return new Circuit(name, settings, nanos);
  }
}
