package dev.passgate.cluster.health;

import dev.passgate.cluster.Clusters;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the states of the clusters. Who serves requests also probes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HealthProperties.class)
class ClusterHealthConfiguration {

  @Bean
  ClusterStates clusterStates(Clusters clusters, HealthProperties settings) {
    return new ClusterStates(clusters, settings, System::nanoTime);
  }
}
