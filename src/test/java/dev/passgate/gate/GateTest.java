package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.observe.RecordedLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GateTest {

  private static final Identity ALICE = new Identity("acme", "alice", "a-1", Instant.MAX);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void letsInWhomTheVerifierNames() {
    List<String> seen = new ArrayList<>();
    Gate gate =
        gate(
            (token, _) -> {
              seen.add(token);
              return Mono.just(ALICE);
            });

    StepVerifier.create(gate.check(bearer("a.b.c")))
        .expectNext(new Decision(ALICE, "bearer", "a.b.c"))
        .verifyComplete();
    assertThat(seen).containsExactly("a.b.c");
    assertThat(count("acme", "bearer", "accepted")).isEqualTo(1);
  }

  @Test
  void countsARefusalWithItsIssuerAndReason() {
    Refusal expired = Refusal.of(Reason.EXPIRED, "the token has expired", "acme");

    StepVerifier.create(gate((_, _) -> Mono.just(expired)).check(bearer("a.b.c")))
        .expectNext(new Decision(expired, "bearer"))
        .verifyComplete();
    assertThat(count("acme", "bearer", "expired")).isEqualTo(1);
  }

  @Test
  void asksNobodyAboutARequestWithoutCredential() {
    Gate gate =
        gate(
            (_, _) -> {
              throw new AssertionError("there is nothing to verify");
            });

    StepVerifier.create(gate.check(TestApproaches.of(new HttpHeaders())))
        .assertNext(
            decision -> {
              assertThat(decision.source()).isEqualTo("none");
              assertThat(reason(decision)).isEqualTo(Reason.NO_CREDENTIAL);
            })
        .verifyComplete();
    assertThat(count("none", "none", "no_credential")).isEqualTo(1);
  }

  @Test
  void refusesWhereTheVerifierFails() {
    assertInternalError((_, _) -> Mono.error(new IllegalStateException("a bug")));
  }

  @Test
  void refusesWhereTheVerifierThrows() {
    assertInternalError(
        (_, _) -> {
          throw new IllegalStateException("a bug");
        });
  }

  @Test
  void refusesWhereTheVerifierSaysNothing() {
    assertInternalError((_, _) -> Mono.empty());
  }

  private void assertInternalError(TokenVerifier verifier) {
    try (RecordedLog log = RecordedLog.of(Gate.class.getName())) {
      StepVerifier.create(gate(verifier).check(bearer("a.b.c")))
          .assertNext(
              decision -> {
                assertThat(decision.source()).isEqualTo("bearer");
                assertThat(reason(decision)).isEqualTo(Reason.INTERNAL_ERROR);
              })
          .verifyComplete();
      assertThat(log.events()).hasSize(1);
      assertThat(log.lines().getFirst()).doesNotContain("a.b.c");
    }
    assertThat(count("none", "bearer", "internal_error")).isEqualTo(1);
  }

  private Gate gate(TokenVerifier verifier) {
    return TestGates.of(verifier, registry);
  }

  private static Approach bearer(String token) {
    HttpHeaders headers = new HttpHeaders();
    headers.setBearerAuth(token);
    return TestApproaches.of(headers);
  }

  private static Reason reason(Decision decision) {
    return ((Refusal) decision.verdict()).reason();
  }

  private double count(String issuer, String source, String outcome) {
    Counter counter =
        registry
            .find("passgate.authentication")
            .tags("issuer", issuer, "source", source, "outcome", outcome)
            .counter();
    return counter == null ? 0 : counter.count();
  }
}
