package dev.passgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.health.HealthConfiguration.ServiceProperties;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

class HealthConfigurationTest {

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health"})
  void saysThatItIsThere(String path) {
    client(bind(Map.of()))
        .get()
        .uri(path)
        .exchange()
        .expectStatus()
        .isOk()
        .expectHeader()
        .contentType(MediaType.APPLICATION_JSON)
        .expectBody(String.class)
        .isEqualTo("{\"status\":\"healthy\",\"service\":\"trino-stream\"}");
  }

  @Test
  void callsItselfAsConfigured() {
    ServiceProperties properties = bind(Map.of("passgate.service-name", "data \"gate\""));

    assertThat(properties.serviceName()).isEqualTo("data \"gate\"");
    client(properties)
        .get()
        .uri("/health")
        .exchange()
        .expectBody()
        .jsonPath("$.service")
        .isEqualTo("data \"gate\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthy", "/health/", "/health/more"})
  void servesNothingElse(String path) {
    client(bind(Map.of())).get().uri(path).exchange().expectStatus().isNotFound();
  }

  @Test
  void servesGetOnly() {
    client(bind(Map.of())).post().uri("/health").exchange().expectStatus().isNotFound();
  }

  private static WebTestClient client(ServiceProperties properties) {
    return WebTestClient.bindToRouterFunction(new HealthConfiguration().health(properties)).build();
  }

  private static ServiceProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate", ServiceProperties.class);
  }
}
