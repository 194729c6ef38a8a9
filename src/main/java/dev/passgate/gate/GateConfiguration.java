package dev.passgate.gate;

import dev.passgate.identity.TokenVerifier;
import dev.passgate.observe.AuthenticationMetrics;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the gate. */
@Configuration(proxyBeanMethods = false)
class GateConfiguration {

  @Bean
  Gate gate(TokenVerifier verifier, AuthenticationMetrics metrics) {
    return new Gate(verifier, metrics);
  }
}
