package dev.passgate.routing;

import dev.passgate.cluster.Clusters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the choice of a cluster. */
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

  @Bean
  Router router(Clusters clusters) {
    return new Router(clusters);
  }
}
