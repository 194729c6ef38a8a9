package dev.passgate.failure;

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
  FailureHandler failureHandler(FailureProperties properties, JsonMapper json) {
    return new FailureHandler(new FailureMapping(properties), json);
  }
}
