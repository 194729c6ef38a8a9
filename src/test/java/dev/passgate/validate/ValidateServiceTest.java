package dev.passgate.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.failure.RefusedException;
import dev.passgate.gate.Approach;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.validate.ValidateProperties.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.test.StepVerifier;

class ValidateServiceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ValidateService service =
      new ValidateService(new AnswerHeaders(new Headers(null, null, null, null)));
  private final MockServerWebExchange exchange =
      MockServerWebExchange.from(MockServerHttpRequest.get("/api/validate"));

  private Approach approach() {
    return service.approach(
        exchange,
        new Approach(
            HttpMethod.GET,
            new HttpHeaders(),
            () -> {
              throw new AssertionError("the certificate is the proxy's");
            },
            () -> "192.0.2.1",
            "validate",
            () -> "https://gateway.example"));
  }

  @Test
  void takesTheProxysCertificateForNobodys() {
    Approach approach = approach();

    assertThat(approach.certificate().get()).isNull();
    assertThat(approach.address().get()).isEqualTo("192.0.2.1");
    assertThat(approach.origin().get()).isEqualTo("https://gateway.example");
    assertThat(approach.route()).isEqualTo("validate");
    assertThat(approach.late()).isFalse();
  }

  @Test
  void goesByTheMethodOfARequestWhosePathIsThere() {
    assertThat(approach().method()).isEqualTo(HttpMethod.POST);

    ServerWebExchangeUtils.putUriTemplateVariables(
        exchange, Map.of(ValidateService.REST, "/v1/statement"));
    assertThat(approach().method()).isEqualTo(HttpMethod.GET);
  }

  /** On a route that its configuration made public. */
  @Test
  void acceptsNobodyWhomTheGateWasNotAskedAbout() {
    StepVerifier.create(service.answer(exchange, exchange.getRequest(), null))
        .expectError(RefusedException.class)
        .verify(LIMIT);
    StepVerifier.create(
            service.answer(
                exchange,
                exchange.getRequest(),
                new Decision(Refusal.of(Reason.EXPIRED, "it has ended"), "bearer")))
        .expectError(RefusedException.class)
        .verify(LIMIT);
    assertThat(exchange.getResponse().isCommitted()).isFalse();
  }

  @Test
  void tellsWhomTheGateLetIn() {
    Identity alice = new Identity("acme", "alice", "a-1", Instant.MAX);

    StepVerifier.create(
            service.answer(exchange, exchange.getRequest(), new Decision(alice, "bearer")))
        .expectComplete()
        .verify(LIMIT);

    assertThat(exchange.getResponse().getHeaders().getFirst("X-Trino-User")).isEqualTo("alice");
  }
}
