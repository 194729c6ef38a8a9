package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

class RouteRuleTest {

  private static final Approach STATEMENT = TestApproaches.of(new HttpHeaders());

  private static Identity of(String issuer) {
    return new Identity(issuer, "alice", "a-1", Instant.MAX);
  }

  @Test
  void letsIssuersInByTheirRoutesOnly() {
    RouteRule rule =
        new RouteRule(Map.of("acme", Set.of("statement", "poll"), "ui-only", Set.of("ui")));
    List<Check> passed = new ArrayList<>();

    assertThat(rule.apply(of("acme"), STATEMENT, passed::add)).isEqualTo(of("acme"));
    assertThat(passed).containsExactly(Check.ROUTE);
    assertThat(rule.apply(of("ui-only"), STATEMENT, Trail.NONE))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.ROUTE_NOT_ALLOWED);
              assertThat(refusal.issuer()).isEqualTo("ui-only");
            });
    assertThat(rule.apply(of("other"), STATEMENT, Trail.NONE)).isEqualTo(of("other"));
  }
}
