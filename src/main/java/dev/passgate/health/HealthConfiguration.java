package dev.passgate.health;

import java.net.URI;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Serves {@code /} and {@code /health} to everybody. A browser that comes to {@code /} is looking
 * for Trino's web interface.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(HealthConfiguration.ServiceProperties.class)
class HealthConfiguration {

  private static final URI UI = URI.create("/ui");

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
    RequestPredicate looking = RequestPredicates.methods(HttpMethod.GET, HttpMethod.HEAD);
    return RouterFunctions.route(
            looking.and(RequestPredicates.path("/")),
            request ->
                PreferredType.isHtml(request.headers().header(HttpHeaders.ACCEPT))
                    ? ServerResponse.status(HttpStatus.FOUND)
                        .location(UI)
                        .varyBy(HttpHeaders.ACCEPT)
                        .build()
                    : ServerResponse.ok()
                        .varyBy(HttpHeaders.ACCEPT)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(health))
        .andRoute(
            looking.and(RequestPredicates.path("/health")),
            _ -> ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(health));
  }
}
