package dev.passgate.proxy.fastpath;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientConfig;
import reactor.netty.tcp.SslProvider;

/** How a cluster's coordinator is connected to: as the cluster's HTTP client would. */
final class ClusterTarget {

  private final String host;
  private final String authority;
  private final int port;
  private final @Nullable SslProvider tls;
  private final AddressResolverGroup<?> resolver;

  private ClusterTarget(Origin origin, @Nullable SslProvider tls, HttpClientConfig config) {
    this.host = withoutBrackets(origin.host());
    this.port = origin.port();
    this.authority = origin.toString().substring(origin.scheme().length() + "://".length());
    this.tls = tls;
    AddressResolverGroup<?> configured = config.resolver();
    this.resolver = configured == null ? config.defaultAddressResolverGroup() : configured;
  }

  /**
   * Null where the cluster is connected to in a way that is the client's only: through a proxy, or
   * with TLS settings that are not the cluster's own.
   */
  static @Nullable ClusterTarget of(Cluster cluster, HttpClient client) {
    HttpClientConfig config = client.configuration();
    boolean secure = cluster.origin().scheme().equals("https");
    if (config.hasProxy() || (secure && (cluster.tls() == null || config.sslProvider() == null))) {
      return null;
    }
    return new ClusterTarget(cluster.origin(), secure ? config.sslProvider() : null, config);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(host, port);
  }

  /** The value of {@code Host}. */
  String authority() {
    return authority;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  /** Null where the cluster is spoken to in the clear. */
  @Nullable SslProvider tls() {
    return tls;
  }

  AddressResolverGroup<?> resolver() {
    return resolver;
  }
}
