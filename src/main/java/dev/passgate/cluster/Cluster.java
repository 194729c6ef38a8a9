package dev.passgate.cluster;

import dev.passgate.cluster.trust.Trust;
import dev.passgate.protocol.Origin;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Trino cluster, by its coordinator. Equal to the one of the same name.
 *
 * @param name the configured name, for logs and metrics
 * @param origin where the coordinator is called, and where the URIs that it makes point
 * @param labels what rules choose it by; its name is always one of them
 * @param weight its share of new queries among the clusters of a label, at least 1
 * @param draining whether it gets no new queries and only finishes those that it has
 * @param forwarded whether it is told by forwarded headers what clients call the gateway, so that
 *     it writes their URIs itself
 * @param trust what requests show it
 * @param sendsOriginalUser whether it is told who acts as somebody else
 * @param tls how it is connected to, where that is not as the JVM does
 */
public record Cluster(
    String name,
    Origin origin,
    Set<String> labels,
    int weight,
    boolean draining,
    boolean forwarded,
    Trust trust,
    boolean sendsOriginalUser,
    @Nullable ClusterTls tls) {

  public Cluster {
    labels = Set.copyOf(labels);
  }

  /** One that believes whom a request is from, with its name as the only label. */
  public Cluster(String name, Origin origin) {
    this(name, origin, Set.of(name), 1, false, false, Trust.CONNECTION, true, null);
  }

  /** Whether connections to one of the same name would be good for this one. */
  public boolean isReachedAs(Cluster other) {
    return origin.equals(other.origin) && Objects.equals(tls, other.tls);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cluster cluster && name.equals(cluster.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
