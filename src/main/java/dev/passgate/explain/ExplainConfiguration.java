package dev.passgate.explain;

import dev.passgate.gate.Gate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the explanations. */
@Configuration(proxyBeanMethods = false)
class ExplainConfiguration {

  @Bean
  Explainer explainer(Gate gate) {
    return new Explainer(gate);
  }
}
