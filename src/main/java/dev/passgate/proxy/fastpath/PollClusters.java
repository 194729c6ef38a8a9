package dev.passgate.proxy.fastpath;

import dev.passgate.cluster.Cluster;
import dev.passgate.proxy.ClusterHttpClients;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * The connections to each cluster. Those of a cluster whose certificates have changed are made
 * anew, and the old ones end what they are at. Thread-safe.
 */
final class PollClusters implements AutoCloseable {

  private record Entry(HttpClient client, Optional<ClusterConnections> connections) {}

  private final ClusterHttpClients clients;
  private final ClusterConnections.Limits limits;
  private final LoopResources loops;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  PollClusters(ClusterHttpClients clients, ClusterConnections.Limits limits, LoopResources loops) {
    this.clients = clients;
    this.limits = limits;
    this.loops = loops;
  }

  /** Those to a cluster; null where polls to it are not for here. */
  @SuppressWarnings("ReferenceEquality") // which client it is, not what it is like
  @Nullable ClusterConnections of(Cluster cluster) {
    HttpClient client = clients.of(cluster, true);
    Entry entry = entries.get(cluster.name());
    if (entry == null || entry.client() != client) {
      entry = entries.compute(cluster.name(), (_, known) -> renewed(known, cluster, client));
    }
    return entry.connections().orElse(null);
  }

  @SuppressWarnings("ReferenceEquality")
  private Entry renewed(@Nullable Entry known, Cluster cluster, HttpClient client) {
    if (known != null && known.client() == client) {
      return known;
    }
    ClusterTarget target = cluster.forwarded() ? null : ClusterTarget.of(cluster, client);
    return new Entry(
        client, Optional.ofNullable(target).map(to -> new ClusterConnections(to, limits, loops)));
  }

  /** Ends all connections, also those that are in use. */
  @Override
  public void close() {
    entries.values().forEach(entry -> entry.connections().ifPresent(ClusterConnections::close));
  }
}
