package dev.passgate.cluster.trust;

import org.jspecify.annotations.Nullable;

/** What the gateway shows a cluster, so that the cluster believes whom a request is from. */
public sealed interface Trust permits ConnectionTrust, ServiceAccount, SignedToken {

  /** Nothing in requests: the network, or the certificate of the connection, is all there is. */
  Trust CONNECTION = new ConnectionTrust();

  /**
   * The value of the request's {@code Authorization}, or null where none is sent. A secret. Never
   * waits; thread-safe.
   *
   * @param caller the Trino user that the client's credential maps to, also where the request runs
   *     as somebody else
   */
  @Nullable String authorization(String caller);
}
