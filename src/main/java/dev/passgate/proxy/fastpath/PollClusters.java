package dev.passgate.proxy.fastpath;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.proxy.ClusterHttpClients;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * The connections to each cluster. Those of a cluster whose address or certificates have changed
 * are made anew, and the old ones end what they are at. Thread-safe.
 */
final class PollClusters implements AutoCloseable {

  private record Entry(
      HttpClient client, Cluster cluster, Optional<ClusterConnections> connections) {

    /** Whether the connections are good for a cluster of this name, which may be another now. */
    boolean fits(Cluster other) {
      return other.isReachedAs(cluster) && other.forwarded() == cluster.forwarded();
    }
  }

  private final Clusters clusters;
  private final ClusterHttpClients clients;
  private final ClusterConnections.Limits limits;
  private final LoopResources loops;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  /** Those of before too, for as long as one of their connections is open. */
  private final Set<ClusterConnections> made =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  PollClusters(
      Clusters clusters,
      ClusterHttpClients clients,
      ClusterConnections.Limits limits,
      LoopResources loops) {
    this.clusters = clusters;
    this.clients = clients;
    this.limits = limits;
    this.loops = loops;
    clusters.listen(
        new Clusters.Listener() {
          @Override
          public void removed(Cluster cluster) {
            entries.remove(cluster.name());
          }
        });
  }

  /** Those to a cluster; null where polls to it are not for here. */
  @SuppressWarnings("ReferenceEquality") // which client it is, not what it is like
  @Nullable ClusterConnections of(Cluster cluster) {
    HttpClient client = clients.of(cluster, true);
    Entry entry = entries.get(cluster.name());
    if (entry == null || entry.client() != client || entry.cluster() != cluster) {
      entry = entries.compute(cluster.name(), (_, known) -> renewed(known, cluster, client));
      if (clusters.find(cluster.name()) == null) {
        // Gone meanwhile, and nobody would take it away.
        entries.remove(cluster.name(), entry);
      }
    }
    return entry.connections().orElse(null);
  }

  @SuppressWarnings("ReferenceEquality")
  private Entry renewed(@Nullable Entry known, Cluster cluster, HttpClient client) {
    if (known != null && known.client() == client && known.fits(cluster)) {
      return new Entry(client, cluster, known.connections());
    }
    ClusterTarget target = cluster.forwarded() ? null : ClusterTarget.of(cluster, client);
    return new Entry(client, cluster, Optional.ofNullable(target).map(this::connections));
  }

  private ClusterConnections connections(ClusterTarget target) {
    ClusterConnections connections = new ClusterConnections(target, limits, loops);
    made.add(connections);
    return connections;
  }

  /** Ends all connections, also those that are in use. */
  @Override
  public void close() {
    List<ClusterConnections> all;
    synchronized (made) {
      all = List.copyOf(made);
    }
    all.forEach(ClusterConnections::close);
  }
}
