package dev.passgate.identity.issuer;

import dev.passgate.identity.introspection.HttpIntrospectionEndpoint;
import dev.passgate.identity.issuer.TrustedIssuer.Surroundings;
import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.identity.mapping.MappingConfiguration;
import dev.passgate.identity.mapping.UserNamespace;
import dev.passgate.identity.mapping.UserNamespaces;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.scheduler.Schedulers;

/** Wires the issuers. */
@Configuration(proxyBeanMethods = false)
@Import(MappingConfiguration.class)
@EnableConfigurationProperties({IssuersProperties.class, TokenProperties.class})
class IssuerConfiguration {

  @Bean(destroyMethod = "close")
  IssuerFactory issuerFactory(
      TokenProperties tokens,
      ObjectProvider<InstantSource> clock,
      ObjectProvider<IssuerEvents> events,
      UserNamespaces namespaces,
      ObjectProvider<KeptClaims.Source> kept) {
    List<IssuerEvents> listeners = events.orderedStream().toList();
    HttpIntrospectionEndpoint endpoint = new HttpIntrospectionEndpoint();
    return new IssuerFactory(
        endpoint,
        new Surroundings(
            clock.getIfUnique(InstantSource::system),
            Schedulers.parallel(),
            () -> ThreadLocalRandom.current().nextDouble(),
            (issuer, outcome) -> listeners.forEach(listener -> listener.refreshed(issuer, outcome)),
            namespaces,
            KeptClaims.of(kept.orderedStream().toList()),
            endpoint,
            tokens.expiryGrace()),
        tokens);
  }

  /** Fetches keys from when it is made until it is closed. */
  @Bean(initMethod = "start", destroyMethod = "close")
  IssuerRegistry issuerRegistry(IssuersProperties properties, IssuerFactory factory) {
    return new IssuerRegistry(
        IssuerRegistry.notNone(properties.settings()).stream()
            .map(settings -> factory.issuer(settings, null))
            .toList(),
        () -> {});
  }

  @Bean
  UserNamespace.Source issuerNamespaces(IssuersProperties properties) {
    return properties::namespaces;
  }

  @Bean
  IssuerReload issuerReload(
      IssuerFactory factory,
      IssuerRegistry registry,
      IssuersProperties properties,
      UserNamespaces namespaces,
      @Qualifier("issuerNamespaces") UserNamespace.Source own,
      ObjectProvider<UserNamespace.Source> sources,
      ObjectProvider<KeptClaims.Source> kept) {
    return new IssuerReload(
        factory,
        registry,
        namespaces,
        sources.orderedStream().filter(source -> !source.equals(own)).toList(),
        properties,
        KeptClaims.of(kept.orderedStream().toList()));
  }
}
