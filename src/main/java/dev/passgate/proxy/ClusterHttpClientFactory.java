package dev.passgate.proxy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Spring Cloud Gateway's client with bounds on what its own has none for: connections, requests
 * that wait for one, and how long connections stay idle.
 */
final class ClusterHttpClientFactory extends HttpClientFactory {

  private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(15);

  private static final Duration INACTIVE_POOL_TIME = Duration.ofHours(1);

  private static final Duration DISPOSAL_LIMIT = Duration.ofSeconds(5);

  private volatile @Nullable ConnectionProvider provider;

  ClusterHttpClientFactory(
      HttpClientProperties properties,
      ServerProperties serverProperties,
      HttpClientSslConfigurer sslConfigurer,
      List<HttpClientCustomizer> customizers) {
    super(properties, serverProperties, sslConfigurer, customizers);
  }

  @Override
  protected ConnectionProvider buildConnectionProvider(HttpClientProperties properties) {
    HttpClientProperties.Pool pool = properties.getPool();
    provider = provider(properties, pool);
    return provider;
  }

  /** Closes the connections, which would be looked after by a thread of the JVM's otherwise. */
  @Override
  protected void destroyInstance(@Nullable HttpClient client) {
    ConnectionProvider made = provider;
    if (made != null) {
      made.disposeLater().block(DISPOSAL_LIMIT);
    }
  }

  private static ConnectionProvider provider(
      HttpClientProperties properties, HttpClientProperties.Pool pool) {
    return ConnectionProvider.builder("cluster")
        .maxConnections(pool.getMaxConnections())
        .pendingAcquireMaxCount(pool.getMaxConnections())
        .pendingAcquireTimeout(Duration.ofMillis(pool.getAcquireTimeout()))
        .maxIdleTime(ClusterHttpClients.maxIdleTime(properties))
        .evictInBackground(EVICTION_INTERVAL)
        // Each certificate has a pool of its own, which stays behind when it is replaced.
        .disposeInactivePoolsInBackground(EVICTION_INTERVAL, INACTIVE_POOL_TIME)
        .lifo()
        .build();
  }
}
