package dev.passgate.proxy.fastpath;

import dev.passgate.affinity.SignedUris;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.failure.FailureMapping;
import dev.passgate.gate.Gate;
import dev.passgate.limit.LimitProperties;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.RequestMetrics;
import dev.passgate.proxy.ClusterHttpClients;
import dev.passgate.proxy.PollMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.server.WebFilter;

/** Wires the fast path. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(FastPathProperties.class)
class FastPathConfiguration {

  private static final Duration CONNECT_TIME = Duration.ofSeconds(5);

  @Bean
  PollClusters pollClusters(
      ClusterHttpClients clients,
      LimitProperties limits,
      HttpClientProperties client,
      ReactorResourceFactory resources) {
    return new PollClusters(
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
      FailureMapping failures) {
    return new FastPath(gate, signed, address, clusters, messages, states, metrics, failures);
  }

  @Bean
  FastPathSwitch fastPathSwitch(
      FastPath path,
      PollClusters clusters,
      RouteLocator routes,
      GatewayProperties properties,
      FastPathProperties settings,
      ServerProperties server,
      NettyServerProperties netty,
      HttpClientProperties client,
      LimitProperties limits,
      ListableBeanFactory beans) {
    List<String> obstacles = new ArrayList<>();
    if (!settings.enabled()) {
      obstacles.add("passgate.fast-path.enabled=false");
    }
    if (server.getCompression() != null && server.getCompression().getEnabled()) {
      obstacles.add("server.compression.enabled=true");
    }
    if (netty.getMaxKeepAliveRequests() != null) {
      obstacles.add("server.netty.max-keep-alive-requests is set");
    }
    if (netty.getIdleTimeout() != null
        && netty.getIdleTimeout().compareTo(limits.answerPause()) <= 0) {
      // The listener counts as idle who waits for an answer that it does not know of.
      obstacles.add("server.netty.idle-timeout is not longer than passgate.limits.answer-pause");
    }
    if (client.isWiretap()) {
      obstacles.add("spring.cloud.gateway.server.webflux.httpclient.wiretap=true");
    }
    Stream.of(
            WebFilter.class,
            GlobalFilter.class,
            HttpHeadersFilter.class,
            HttpClientCustomizer.class)
        .flatMap(type -> beans.getBeansOfType(type).values().stream())
        .map(bean -> bean.getClass().getName())
        .filter(
            name -> !name.startsWith("dev.passgate.") && !name.startsWith("org.springframework."))
        .distinct()
        .forEach(name -> obstacles.add("there is a " + name));
    return new FastPathSwitch(path, clusters, routes, properties, obstacles);
  }

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> fastPathCustomizer(FastPath path) {
    return factory ->
        factory.addServerCustomizers(
            http -> http.doOnChannelInit((_, channel, _) -> PollHandler.install(channel, path)));
  }
}
