package dev.passgate.identity.password;

import dev.passgate.identity.PasswordVerifier;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Wires passwords, where there is something to check them against. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PasswordProperties.class)
class PasswordConfiguration {

  @Bean(destroyMethod = "close")
  @Conditional(PasswordsConfigured.class)
  PasswordSources passwordSources(
      PasswordProperties properties, SslBundles bundles, ObjectProvider<InstantSource> clock) {
    PasswordSources sources =
        PasswordSources.of(properties, bundles, clock.getIfUnique(InstantSource::system));
    sources.watch(Schedulers.boundedElastic());
    return sources;
  }

  @Bean(destroyMethod = "close")
  @Conditional(PasswordsConfigured.class)
  PasswordVerifier passwordVerifier(
      PasswordSources sources,
      PasswordProperties properties,
      ObjectProvider<InstantSource> clocks) {
    return LimitedPasswordVerifier.of(
        sources.source(),
        properties,
        clocks.getIfUnique(InstantSource::system),
        Schedulers.parallel());
  }
}
