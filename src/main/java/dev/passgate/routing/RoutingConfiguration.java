package dev.passgate.routing;

import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.identity.mapping.KeptClaims;
import java.util.Set;
import java.util.TreeSet;
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
  Router router(
      RoutingProperties properties,
      Clusters clusters,
      ClusterStates states,
      IssuerRegistry issuers,
      ObjectProvider<RunningCounts> running) {
    Set<String> labels = new TreeSet<>();
    clusters.all().forEach(cluster -> labels.addAll(cluster.labels()));
    Set<String> names = new TreeSet<>(IdentitySources.NAMES);
    issuers.issuers().forEach(issuer -> names.add(issuer.name()));
    return new Router(
        clusters,
        properties.compile(labels, names),
        properties,
        states,
        new Balance(properties.countsQueries(), running.getIfAvailable(() -> _ -> 0)));
  }
}
