package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.impersonation.TestImpersonation;
import dev.passgate.observe.TestMetrics;
import dev.passgate.protocol.TrinoHeaders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class GateReloadTest {

  private static final Identity OF_OLD_PROVIDER = new Identity("acme", "svc", "s-1", Instant.MAX);

  /** The verdict comes only after the reload, as where keys must be fetched. */
  @Test
  void judgesByTheRulesThatWereInForceWhenTheCheckBegan() {
    Impersonation rules = TestImpersonation.none();
    Sinks.One<Verdict> verdict = Sinks.one();
    Verifiers old = new Verifiers((_, _) -> verdict.asMono(), null, null);
    Gate gate =
        new Gate(
            new CredentialReader(List.of(new Source.Bearer()), false),
            GateReload.policy(old, List.of(), rules),
            TestMetrics.authentication(new SimpleMeterRegistry()));
    CompletableFuture<@Nullable Decision> before = gate.check(asBob()).toFuture();

    rules.become(TestImpersonation.of(Map.of("rules[0].issuer", "acme", "rules[0].as", "bob")));
    new GateReload(gate, null, null, rules).apply((_, _) -> Mono.just(OF_OLD_PROVIDER), List.of());
    assertThat(verdict.tryEmitValue(OF_OLD_PROVIDER)).isEqualTo(Sinks.EmitResult.OK);

    assertThat(before).isCompletedWithValueMatching(decision -> runsAs(decision, "svc"));
    assertThat(gate.check(asBob()).toFuture())
        .isCompletedWithValueMatching(decision -> runsAs(decision, "bob"));
  }

  private static boolean runsAs(@Nullable Decision decision, String user) {
    return decision != null
        && decision.verdict() instanceof Identity identity
        && identity.user().equals(user);
  }

  private static Approach asBob() {
    HttpHeaders headers = new HttpHeaders();
    headers.setBearerAuth("a.b.c");
    headers.set(TrinoHeaders.USER, "bob");
    return TestApproaches.of(headers);
  }
}
