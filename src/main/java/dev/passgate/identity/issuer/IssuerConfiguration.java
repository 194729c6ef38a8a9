package dev.passgate.identity.issuer;

import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.introspection.HttpIntrospectionEndpoint;
import dev.passgate.identity.issuer.TrustedIssuer.Surroundings;
import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.identity.mapping.MappingConfiguration;
import dev.passgate.identity.mapping.UserNamespace;
import dev.passgate.identity.mapping.UserNamespaces;
import dev.passgate.setting.InvalidSetting;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.ObjectProvider;
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

  /** Fetches keys from when it is made until it is closed. */
  @Bean(initMethod = "start", destroyMethod = "close")
  IssuerRegistry issuerRegistry(
      IssuersProperties properties,
      TokenProperties tokens,
      ObjectProvider<InstantSource> clock,
      ObjectProvider<IssuerEvents> events,
      UserNamespaces namespaces,
      ObjectProvider<KeptClaims.Source> kept) {
    List<IssuerSettings> settings = properties.settings();
    if (settings.isEmpty()) {
      throw new InvalidSetting(
          "passgate.issuers",
          null,
          "at least one issuer of tokens, such as passgate.issuers.acme with issuer-uri and"
              + " audiences; without one, nobody gets in");
    }
    List<IssuerEvents> listeners = events.orderedStream().toList();
    HttpDocumentFetcher fetcher = new HttpDocumentFetcher();
    HttpIntrospectionEndpoint endpoint = new HttpIntrospectionEndpoint();
    return IssuerRegistry.of(
        settings,
        issuer -> new ProviderKeySource(issuer, fetcher),
        () -> {
          fetcher.close();
          endpoint.close();
        },
        new Surroundings(
            clock.getIfUnique(InstantSource::system),
            Schedulers.parallel(),
            () -> ThreadLocalRandom.current().nextDouble(),
            (issuer, outcome) -> listeners.forEach(listener -> listener.refreshed(issuer, outcome)),
            namespaces,
            KeptClaims.of(kept.orderedStream().toList()),
            endpoint,
            tokens.expiryGrace()));
  }

  @Bean
  UserNamespace.Source issuerNamespaces(IssuersProperties properties) {
    return properties::namespaces;
  }

  @Bean
  TokenVerifier tokenVerifier(
      IssuerRegistry registry, TokenProperties properties, ObjectProvider<InstantSource> clock) {
    TokenCache cache =
        new TokenCache(
            properties.tokenCache().maxEntries(), clock.getIfUnique(InstantSource::system));
    TokenCache late =
        new TokenCache(
            properties.tokenCache().maxEntries(),
            clock.getIfUnique(InstantSource::system),
            properties.expiryGrace());
    JwtTokenVerifier jwts =
        new JwtTokenVerifier(registry, cache, late, properties.maxTokenLength());
    OpaqueTokens opaque = registry.opaqueTokens();
    return opaque.isEmpty()
        ? jwts
        : new AnyTokenVerifier(jwts, opaque, cache, properties.maxTokenLength());
  }
}
