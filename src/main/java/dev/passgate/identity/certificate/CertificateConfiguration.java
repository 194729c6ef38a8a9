package dev.passgate.identity.certificate;

import dev.passgate.identity.mapping.UserNamespace;
import dev.passgate.identity.mapping.UserNamespaces;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Wires client certificates, where they are among the sources of credentials. */
@Configuration(proxyBeanMethods = false)
@Conditional(CertificateConfiguration.IsSource.class)
@EnableConfigurationProperties(CertificateProperties.class)
class CertificateConfiguration {

  /** Looks at the file of rules, where there is one, from when it is made until it is closed. */
  @Bean(initMethod = "start", destroyMethod = "close")
  ClientCertificateVerifier certificateVerifier(
      CertificateProperties properties,
      UserNamespaces namespaces,
      ObjectProvider<InstantSource> clock) {
    return new ClientCertificateVerifier(
        properties.mapping(), namespaces, clock.getIfUnique(InstantSource::system));
  }

  @Bean
  UserNamespace.Source certificateNamespace(CertificateProperties properties) {
    return () ->
        List.of(
            new UserNamespace(
                CertificateProperties.USER_KEY + "prefix", properties.user().prefix()));
  }

  /** Whether a certificate is a credential, and not only part of the connection. */
  static final class IsSource implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return Binder.get(context.getEnvironment())
          .bind("passgate.authentication.sources", Bindable.listOf(String.class))
          .orElse(List.of())
          .contains("certificate");
    }
  }
}
