package dev.passgate.failure;

import dev.passgate.identity.PasswordVerifier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires the answers to failures. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(FailureProperties.class)
class FailureConfiguration {

  @Bean
  FailureMapping failureMapping(FailureProperties properties) {
    return new FailureMapping(properties);
  }

  @Bean
  FailureHandler failureHandler(
      FailureMapping mapping, ObjectProvider<PasswordVerifier> passwords, JsonMapper json) {
    return new FailureHandler(mapping, passwords.getIfAvailable() != null, json);
  }
}
