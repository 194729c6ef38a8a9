package dev.passgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.health.HealthConfiguration.ServiceProperties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.http.HttpMethod;
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

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health"})
  void saysItWithoutABodyToo(String path) {
    client(bind(Map.of()))
        .head()
        .uri(path)
        .exchange()
        .expectStatus()
        .isOk()
        .expectHeader()
        .contentType(MediaType.APPLICATION_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html",
        "text/*, application/json;q=0.9",
        "application/json;q=0.1, text/html;q=0.2",
        "*/*, application/json;q=0"
      })
  void sendsABrowserToTheWebInterface(String accept) {
    for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
      client(bind(Map.of()))
          .method(method)
          .uri("/")
          .header("Accept", accept)
          .exchange()
          .expectStatus()
          .isFound()
          .expectHeader()
          .location("/ui")
          .expectHeader()
          .valueEquals("Vary", "Accept");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/json",
        "application/json, text/html",
        "text/html;q=0.5, application/json",
        "text/plain",
        "text/html;q=0",
        "nonsense",
        "text/html;q=2"
      })
  void sendsNobodyElseThere(String accept) {
    client(bind(Map.of()))
        .get()
        .uri("/")
        .header("Accept", accept)
        .exchange()
        .expectStatus()
        .isOk()
        .expectHeader()
        .valueEquals("Vary", "Accept")
        .expectBody()
        .jsonPath("$.status")
        .isEqualTo("healthy");
  }

  @Test
  void readsNoLongListsOfTypes() {
    client(bind(Map.of()))
        .get()
        .uri("/")
        .header("Accept", "text/html," + "a/b,".repeat(1000) + "c/d")
        .exchange()
        .expectStatus()
        .isOk();
  }

  @Test
  void tellsABrowserItsHealthWhereItAsksForThat() {
    client(bind(Map.of()))
        .get()
        .uri("/health")
        .header("Accept", "text/html")
        .exchange()
        .expectStatus()
        .isOk();
  }

  @Test
  void servesGetAndHeadOnly() {
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
