package dev.passgate.validate;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what other proxies are told. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(ValidateProperties.class)
class ValidateConfiguration {

  @Bean
  ValidateService validateService(ValidateProperties properties) {
    return new ValidateService(new AnswerHeaders(properties.headers()));
  }
}
