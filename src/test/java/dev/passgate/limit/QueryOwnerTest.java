package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QueryOwnerTest {

  private static final Identity ALICE = new Identity("acme", "alice", "a-1", Instant.MAX);

  @Test
  void isTheUserOfTheCredentialWhoeverTheQueryRunsAs() {
    assertThat(QueryOwner.of(ALICE)).isEqualTo("acme\0alice");
    assertThat(QueryOwner.of(ALICE.actingAs("bob"))).isEqualTo("acme\0alice");
  }

  @Test
  void isAnotherOfAnotherIssuer() {
    assertThat(QueryOwner.of(new Identity("other", "alice", "a-1", Instant.MAX)))
        .isNotEqualTo(QueryOwner.of(ALICE));
  }

  @Test
  void isNobodyWhereNobodyIsKnown() {
    assertThat(QueryOwner.of(null)).isEqualTo(QueryOwner.NOBODY);
  }
}
