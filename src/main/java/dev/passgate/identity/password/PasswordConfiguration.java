package dev.passgate.identity.password;

import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.mapping.UserNamespace;
import dev.passgate.identity.mapping.UserNamespaces;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
      PasswordProperties properties,
      SslBundles bundles,
      UserNamespaces namespaces,
      ObjectProvider<InstantSource> clock) {
    PasswordSources sources =
        PasswordSources.of(
            properties, bundles, namespaces, clock.getIfUnique(InstantSource::system));
    sources.watch(Schedulers.boundedElastic());
    return sources;
  }

  @Bean
  @Conditional(PasswordsConfigured.class)
  UserNamespace.Source passwordNamespaces(PasswordProperties properties) {
    List<UserNamespace> namespaces = new ArrayList<>();
    if (properties.file().path() != null) {
      namespaces.add(namespace("file", properties.file().user().prefix()));
    }
    if (!properties.ldap().url().isEmpty()) {
      namespaces.add(namespace("ldap", properties.ldap().user().prefix()));
    }
    return () -> namespaces;
  }

  private static UserNamespace namespace(String source, String prefix) {
    return new UserNamespace(PasswordProperties.key(source + ".user.prefix"), prefix);
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
