package dev.passgate.explain;

import dev.passgate.gate.Gate;
import dev.passgate.routing.Router;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Wires the explanations. */
@Configuration(proxyBeanMethods = false)
class ExplainConfiguration {

  @Bean
  Explainer explainer(Gate gate, Router router, Environment environment) {
    return new Explainer(gate, Routes.of(environment), router);
  }
}
