package dev.passgate.proxy;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import reactor.netty.resources.ConnectionProvider;

/**
 * Spring Cloud Gateway's client with bounds on what its own has none for: connections, requests
 * that wait for one, and how long connections stay idle.
 */
final class ClusterHttpClientFactory extends HttpClientFactory {

  private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(15);

  private static final Duration INACTIVE_POOL_TIME = Duration.ofHours(1);

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
