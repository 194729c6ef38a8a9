package dev.passgate.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.explain.Routes.Access;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class RoutesTest {

  private static final String KEY = "spring.cloud.gateway.server.webflux.routes";

  private final Routes routes =
      Routes.of(
          new MockEnvironment()
              .withProperty(KEY + "[0].id", "statement")
              .withProperty(KEY + "[1].id", "poll")
              .withProperty(KEY + "[1].metadata.access", "identity")
              .withProperty(KEY + "[2].id", "segment")
              .withProperty(KEY + "[2].metadata.access", "signed-uri")
              .withProperty(KEY + "[3].id", "info")
              .withProperty(KEY + "[3].metadata.access", "public"));

  @Test
  void knowsWhoGetsIn() {
    assertThat(routes.of("statement")).isEqualTo(Access.IDENTITY);
    assertThat(routes.of("poll")).isEqualTo(Access.IDENTITY);
    assertThat(routes.of("segment")).isEqualTo(Access.SIGNED_URI);
    assertThat(routes.of("info")).isEqualTo(Access.PUBLIC);
  }

  @Test
  void namesTheRoutesThatThereAre() {
    assertThatThrownBy(() -> routes.of("nowhere"))
        .isInstanceOf(UnknownRoute.class)
        .hasMessageEndingWith("there are info, poll, segment, statement");
  }
}
