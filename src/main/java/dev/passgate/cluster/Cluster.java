package dev.passgate.cluster;

import dev.passgate.cluster.trust.Trust;
import dev.passgate.protocol.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A Trino cluster, by its coordinator.
 *
 * @param name the configured name, for logs and metrics
 * @param origin where the coordinator is called, and where the URIs that it makes point
 * @param trust what requests show it
 * @param sendsOriginalUser whether it is told who acts as somebody else
 * @param tls how it is connected to, where that is not as the JVM does
 */
public record Cluster(
    String name, Origin origin, Trust trust, boolean sendsOriginalUser, @Nullable ClusterTls tls) {

  /** One that believes whom a request is from. */
  public Cluster(String name, Origin origin) {
    this(name, origin, Trust.CONNECTION, true, null);
  }
}
