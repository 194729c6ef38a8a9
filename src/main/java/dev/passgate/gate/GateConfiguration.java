package dev.passgate.gate;

import dev.passgate.identity.TokenVerifier;
import dev.passgate.observe.AuthenticationMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the gate. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SourceProperties.class)
class GateConfiguration {

  private static final Logger log = LoggerFactory.getLogger(GateConfiguration.class);

  @Bean
  Gate gate(TokenVerifier verifier, AuthenticationMetrics metrics, SourceProperties properties) {
    if (!properties.unread().isEmpty()) {
      log.warn(
          "passgate.authentication.sources: {} are not read in this version, and let nobody in",
          properties.unread());
    }
    return new Gate(verifier, metrics);
  }
}
