package dev.passgate.trace;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires traces. Without an endpoint there is neither a thread nor a client for them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
class TraceConfiguration {

  @Bean
  @ConditionalOnProperty("passgate.tracing.endpoint")
  SpanExporter spanExporter(TracingProperties properties, MeterRegistry registry) {
    URI endpoint = Objects.requireNonNull(properties.uri());
    return new SpanExporter(endpoint, registry);
  }

  @Bean
  Tracing tracing(TracingProperties properties, ObjectProvider<SpanExporter> exporter) {
    return new Tracing(exporter.getIfAvailable(), properties.ratio());
  }
}
