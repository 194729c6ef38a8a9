package dev.passgate.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CountedUserTest {

  private static final Identity ALICE = new Identity("acme", "alice", "a-1", Instant.MAX);

  @Test
  void isTheUserOfTheCredentialWhoeverTheQueryRunsAs() {
    assertThat(CountedUser.of(ALICE)).isEqualTo(new CountedUser("acme", "alice"));
    assertThat(CountedUser.of(ALICE.actingAs("bob"))).isEqualTo(new CountedUser("acme", "alice"));
  }

  @Test
  void isAnotherOfAnotherIssuer() {
    assertThat(CountedUser.of(new Identity("other", "alice", "a-1", Instant.MAX)))
        .isNotEqualTo(CountedUser.of(ALICE));
  }

  @Test
  void isNobodyWhereNobodyIsKnown() {
    assertThat(CountedUser.of(null)).isEqualTo(CountedUser.NOBODY);
  }
}
