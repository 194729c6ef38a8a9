package dev.passgate.observe;

import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.identity.issuer.IssuerRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.buffer.ByteBufAllocator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires metrics and audit. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditProperties.class)
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
  IssuerMetrics issuerMetrics(MeterRegistry registry) {
    return new IssuerMetrics(registry);
  }

  @Bean
  TokenMetrics tokenMetrics(MeterRegistry registry) {
    return new TokenMetrics(registry);
  }

  @Bean
  MeterBinder issuerKeyAges(IssuerRegistry issuers) {
    return IssuerMetrics.ages(issuers);
  }

  @Bean
  MeterBinder clustersUp(Clusters clusters, ClusterStates states) {
    return ClusterMetrics.up(clusters, states);
  }

  @Bean
  AuditLog auditLog(JsonMapper json, AuditProperties properties) {
    return new AuditLog(json, properties.sql());
  }

  @Bean
  AccessLog accessLog(JsonMapper json) {
    return new AccessLog(json);
  }

  @Bean
  MeterBinder buildInfo() {
    return BuildMetrics.info();
  }

  @Bean
  MeterBinder buffers() {
    return BufferMetrics.of(ByteBufAllocator.DEFAULT);
  }
}
