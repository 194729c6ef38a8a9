package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import org.jspecify.annotations.Nullable;

/** Where a request must go, by a signature that it came with. */
public final class Binding {

  private final Cluster cluster;
  private final Origin destination;
  private final @Nullable String query;
  private final Signature signature;

  Binding(Cluster cluster, Origin destination, @Nullable String query, Signature signature) {
    this.cluster = cluster;
    this.destination = destination;
    this.query = query;
    this.signature = signature;
  }

  /** The only cluster that the request may go to. */
  public Cluster cluster() {
    return cluster;
  }

  /** The server to call: the cluster's coordinator, or one of its workers. */
  public Origin destination() {
    return destination;
  }

  /** The raw query of the URI as the cluster gave it; null where there is none. */
  public @Nullable String query() {
    return query;
  }

  /** Whether what was signed belongs to somebody. */
  public boolean isOf(Owner owner) {
    return signature.isOf(owner);
  }
}
