package dev.passgate.observe;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires metrics and audit. */
@Configuration(proxyBeanMethods = false)
class ObserveConfiguration {

  @Bean
  AuthenticationMetrics authenticationMetrics(MeterRegistry registry) {
    return new AuthenticationMetrics(registry);
  }

  @Bean
  RequestMetrics requestMetrics(MeterRegistry registry) {
    return new RequestMetrics(registry);
  }

  @Bean
  AuditLog auditLog(JsonMapper json) {
    return new AuditLog(json);
  }
}
