package dev.passgate.trace;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires traces. Without an endpoint there is neither a thread nor a client for them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
class TraceConfiguration {

  @Bean(destroyMethod = "close")
  Tracing tracing(TracingProperties properties, MeterRegistry registry) {
    URI endpoint = properties.uri();
    return endpoint == null ? Tracing.off() : Tracing.to(endpoint, properties, registry);
  }
}
