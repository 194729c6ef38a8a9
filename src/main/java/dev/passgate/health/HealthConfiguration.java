package dev.passgate.health;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Serves {@code GET /} and {@code GET /health} to everybody. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(HealthConfiguration.ServiceProperties.class)
class HealthConfiguration {

  /**
   * What the gateway calls itself.
   *
   * @param serviceName the value of {@code service} in the answers of {@code /} and {@code /health}
   */
  @ConfigurationProperties("passgate")
  record ServiceProperties(@DefaultValue("trino-stream") String serviceName) {}

  private record Health(String status, String service) {}

  @Bean
  RouterFunction<ServerResponse> health(ServiceProperties properties) {
    Health health = new Health("healthy", properties.serviceName());
    return RouterFunctions.route(
        RequestPredicates.GET("/").or(RequestPredicates.GET("/health")),
        _ -> ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(health));
  }
}
