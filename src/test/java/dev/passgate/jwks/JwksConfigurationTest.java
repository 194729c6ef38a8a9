package dev.passgate.jwks;

import dev.passgate.cluster.trust.TrinoKeys;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

class JwksConfigurationTest {

  private static final String PATH = "/.well-known/jwks.json";

  private static WebTestClient client(TrinoKeys keys) {
    return WebTestClient.bindToRouterFunction(new JwksConfiguration().jwks(keys)).build();
  }

  @Test
  void publishesTheKeysToEverybody() {
    TrinoKeys keys = TrinoKeys.generated();

    client(keys)
        .get()
        .uri(PATH)
        .exchange()
        .expectStatus()
        .isOk()
        .expectHeader()
        .valueEquals("Content-Type", "application/jwk-set+json")
        .expectHeader()
        .valueEquals("Cache-Control", "max-age=300, public")
        .expectBody(String.class)
        .isEqualTo(keys.published());
  }

  @Test
  void isNotThereWhereNothingIsSigned() {
    client(TrinoKeys.none()).get().uri(PATH).exchange().expectStatus().isNotFound();
  }

  @Test
  void takesNoOtherMethod() {
    client(TrinoKeys.generated()).post().uri(PATH).exchange().expectStatus().isNotFound();
  }
}
