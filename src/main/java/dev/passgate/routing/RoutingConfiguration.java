package dev.passgate.routing;

import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.identity.mapping.KeptClaims;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the choice of a cluster. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoutingProperties.class)
class RoutingConfiguration {

  @Bean
  KeptClaims.Source routingClaims(RoutingProperties properties) {
    return properties::claims;
  }

  @Bean
  RoutingReload routingReload(
      RoutingProperties properties,
      Clusters clusters,
      ClusterStates states,
      IssuerRegistry issuers,
      ObjectProvider<RunningCounts> running) {
    return RoutingReload.start(
        properties,
        clusters.all(),
        issuers.sources(),
        states,
        running.getIfAvailable(() -> _ -> 0));
  }

  @Bean
  Router router(RoutingReload reload) {
    return reload.router();
  }
}
