package dev.passgate.reload;

import dev.passgate.affinity.Fingerprints;
import dev.passgate.cluster.ClusterReload;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.gate.GateReload;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.IssuerCheck;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.identity.issuer.IssuerReload;
import dev.passgate.routing.RoutingReload;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import reactor.core.scheduler.Schedulers;

/** Wires the reload of a gateway that serves. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class ReloadConfiguration {

  @Bean(destroyMethod = "close")
  ConfigurationReload configurationReload(
      ConfigurableEnvironment environment,
      ClusterReload clusters,
      // Asked for here, so that they are made before they may be replaced.
      Clusters made,
      IssuerReload issuers,
      RoutingReload routing,
      Impersonation impersonation,
      GateReload gate,
      Fingerprints fingerprints,
      ObjectProvider<IssuerCheck> checks,
      ObjectProvider<InstantSource> clock,
      MeterRegistry registry) {
    return new ConfigurationReload(
        environment,
        new Features(
            clusters, issuers, routing, impersonation, gate, checks.orderedStream().toList()),
        fingerprints::of,
        clock.getIfUnique(InstantSource::system),
        registry);
  }

  /** Begins once all is there that a reload changes. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> reloadStart(ConfigurationReload reload) {
    return _ -> reload.start(Schedulers.boundedElastic());
  }

  @Bean
  ConfigurationEndpoint configurationEndpoint(
      ConfigurationReload reload,
      IssuerRegistry issuers,
      Clusters clusters,
      ClusterStates states,
      RoutingReload routing,
      Impersonation impersonation) {
    return new ConfigurationEndpoint(reload, issuers, clusters, states, routing, impersonation);
  }
}
