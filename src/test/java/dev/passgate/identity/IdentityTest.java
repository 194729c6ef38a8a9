package dev.passgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityTest {

  private static final Identity ALICE =
      new Identity(
          "acme",
          "alice",
          null,
          "s-1",
          Instant.MAX,
          Set.of("analysts"),
          Grants.NONE,
          Map.of("salary_band", List.of("secret")));

  @Test
  void keepsClaimsOutOfLogs() {
    assertThat(ALICE.toString())
        .contains("acme", "alice", "s-1", "analysts")
        .doesNotContain("salary_band")
        .doesNotContain("secret");
  }

  @Test
  void keepsClaimsOfTheCredentialUnderAnotherName() {
    Identity acting = ALICE.actingAs("bob");

    assertThat(acting.claims()).isEqualTo(ALICE.claims());
    assertThat(acting.groups()).isEqualTo(ALICE.groups());
    assertThat(acting.originalUser()).isEqualTo("alice");
  }
}
