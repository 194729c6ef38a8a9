package dev.passgate.soak;

import org.jspecify.annotations.Nullable;

/** What is known of one exchange while it is made, to judge it by. For one thread. */
final class Attempt {

  private long begun = System.nanoTime();
  private @Nullable String issuer;
  private @Nullable String coordinator;
  private boolean needsCluster = true;

  /** It begins now, on a connection or in a session that has been there before. */
  void begin() {
    begun = System.nanoTime();
    coordinator = null;
  }

  long begun() {
    return begun;
  }

  /** Its token is of this issuer. */
  void tokenOf(String name) {
    issuer = name;
  }

  @Nullable String issuer() {
    return issuer;
  }

  /** The gateway answers it by itself, so that no cluster is an excuse. */
  void answeredByTheGateway() {
    needsCluster = false;
  }

  boolean needsCluster() {
    return needsCluster;
  }

  /** It has a query, the end of whose id tells the coordinator. */
  void query(String id) {
    coordinator = coordinatorOf(id);
  }

  /** Null where it has none yet. */
  @Nullable String coordinator() {
    return coordinator;
  }

  static String coordinatorOf(String queryId) {
    return queryId.substring(queryId.lastIndexOf('_') + 1);
  }
}
