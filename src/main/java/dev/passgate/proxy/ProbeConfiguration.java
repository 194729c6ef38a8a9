package dev.passgate.proxy;

import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterProber;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.cluster.health.CoordinatorSeen;
import dev.passgate.cluster.health.HealthProperties;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Wires the probes of the clusters' coordinators. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class ProbeConfiguration {

  private static final Duration GRACE = Duration.ofSeconds(1);

  @Bean(initMethod = "start", destroyMethod = "close")
  ClusterProber clusterProber(
      Clusters clusters,
      ClusterHttpClients clients,
      JsonMapper json,
      ClusterStates states,
      HealthProperties settings,
      ObjectProvider<CoordinatorSeen> listeners) {
    return new ClusterProber(
        clusters,
        new HttpCoordinatorProbe(clients, json),
        states,
        settings,
        listeners.orderedStream().toList(),
        Schedulers.parallel(),
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * Keeps the gateway from being ready before each cluster was probed once, well or not: Spring
   * Boot says that it is after the last of these has ended. Blocks the thread that starts it.
   */
  @Bean
  ApplicationRunner firstProbes(ClusterProber prober, HealthProperties settings) {
    return _ ->
        prober
            .firstRound()
            .timeout(settings.timeout().plus(GRACE))
            .onErrorResume(_ -> Mono.empty())
            .block();
  }
}
