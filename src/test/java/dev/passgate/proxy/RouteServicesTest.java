package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.gate.Decision;
import dev.passgate.service.RouteService;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

class RouteServicesTest {

  private record Named(String name) implements RouteService {

    @Override
    public Mono<Void> answer(
        ServerWebExchange exchange, ServerHttpRequest received, @Nullable Decision decision) {
      return Mono.empty();
    }
  }

  private static final RouteService VALIDATE = new Named("validate");

  private final RouteServices services = new RouteServices(List.of(new Named("token"), VALIDATE));

  @Test
  void findsWhatARouteNames() {
    assertThat(services.of("one", URI.create("passgate://validate"))).isSameAs(VALIDATE);
  }

  @Test
  void leavesOtherRoutesAlone() {
    assertThat(services.of("one", URI.create("trino://cluster"))).isNull();
    assertThat(services.of("one", URI.create("http://validate"))).isNull();
    assertThat(services.of("one", null)).isNull();
  }

  @Test
  void refusesWhatThereIsNot() {
    assertThatThrownBy(() -> services.of("one", URI.create("passgate://sql")))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "uri of the route 'one' is 'passgate://sql', expected passgate:// with one of"
                + " [token, validate], or another scheme");
    assertThatThrownBy(() -> services.of("one", URI.create("passgate:/validate")))
        .isInstanceOf(InvalidSetting.class);
  }
}
