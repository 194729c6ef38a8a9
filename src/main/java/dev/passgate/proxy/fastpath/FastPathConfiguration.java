package dev.passgate.proxy.fastpath;

import dev.passgate.affinity.SignedUris;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.failure.FailureMapping;
import dev.passgate.gate.Gate;
import dev.passgate.limit.LimitProperties;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.RequestMetrics;
import dev.passgate.proxy.ClusterHttpClients;
import dev.passgate.proxy.PollLogs;
import dev.passgate.proxy.PollMessages;
import dev.passgate.trace.Tracing;
import java.time.Duration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** Wires the fast path. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(FastPathProperties.class)
class FastPathConfiguration {

  private static final Duration CONNECT_TIME = Duration.ofSeconds(5);

  @Bean
  PollClusters pollClusters(
      Clusters clusters,
      ClusterHttpClients clients,
      LimitProperties limits,
      HttpClientProperties client,
      ReactorResourceFactory resources) {
    return new PollClusters(
        clusters,
        clients,
        new ClusterConnections.Limits(
            client.getPool().getMaxConnections(),
            CONNECT_TIME,
            limits.answerPause(),
            ClusterHttpClients.maxIdleTime(client),
            (int) client.getMaxHeaderSize().toBytes()),
        resources.getLoopResources());
  }

  @Bean
  FastPath fastPath(
      Gate gate,
      SignedUris signed,
      ExternalAddress address,
      PollClusters clusters,
      PollMessages messages,
      ClusterStates states,
      RequestMetrics metrics,
      FailureMapping failures,
      PollLogs logs) {
    return new FastPath(gate, signed, address, clusters, messages, states, metrics, failures, logs);
  }

  @Bean
  FastPathSwitch fastPathSwitch(
      FastPath path,
      PollClusters clusters,
      RouteLocator routes,
      GatewayProperties properties,
      FastPathObstacles obstacles) {
    return new FastPathSwitch(path, clusters, routes, properties, obstacles.all());
  }

  @Bean
  FastPathObstacles fastPathObstacles(
      FastPathProperties settings,
      ServerProperties server,
      NettyServerProperties netty,
      WebFluxProperties webflux,
      GlobalCorsProperties cors,
      HttpClientProperties client,
      LimitProperties limits,
      Tracing tracing,
      ListableBeanFactory beans) {
    return new FastPathObstacles(
        settings, server, netty, webflux, cors, client, limits, tracing, beans);
  }

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> fastPathCustomizer(FastPath path) {
    return factory ->
        factory.addServerCustomizers(
            http -> http.doOnChannelInit((_, channel, _) -> PollHandler.install(channel, path)));
  }
}
