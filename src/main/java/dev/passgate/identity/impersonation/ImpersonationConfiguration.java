package dev.passgate.identity.impersonation;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the rules. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ImpersonationProperties.class)
class ImpersonationConfiguration {

  @Bean
  Impersonation impersonation(ImpersonationProperties properties) {
    return properties.compile();
  }
}
