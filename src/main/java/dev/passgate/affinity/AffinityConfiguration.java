package dev.passgate.affinity;

import dev.passgate.cluster.Clusters;
import java.time.InstantSource;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the signatures. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AffinityProperties.class, SignedUriProperties.class})
class AffinityConfiguration {

  private static final Logger log = LoggerFactory.getLogger(AffinityConfiguration.class);

  @Bean
  Signer signer(
      AffinityProperties properties, Clusters clusters, ObjectProvider<InstantSource> clock) {
    SigningKeys keys = properties.keys();
    if (keys == null) {
      log.warn(
          "There is no passgate.signing-key, so one was made for this process alone: a restart"
              + " ends the queries under way, and several replicas refuse each other's");
    }
    return new Signer(
        Objects.requireNonNullElseGet(keys, SigningKeys::generated), clusters, clock(clock));
  }

  @Bean
  SignedUris signedUris(
      Signer signer, SignedUriProperties properties, ObjectProvider<InstantSource> clock) {
    return new SignedUris(signer, properties.segmentAge(), clock(clock));
  }

  @Bean
  TransactionIds transactionIds(Signer signer) {
    return new TransactionIds(signer);
  }

  @Bean
  Fingerprints fingerprints(Signer signer) {
    return new Fingerprints(signer);
  }

  @Bean
  CoordinatorIds coordinatorIds() {
    return new CoordinatorIds();
  }

  private static InstantSource clock(ObjectProvider<InstantSource> clock) {
    return clock.getIfUnique(InstantSource::system);
  }
}
