package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VerifiedPairsTest {

  private final FakeTime time = new FakeTime();
  private final PairDigests digests = new PairDigests(new SecureRandom());

  private Identity identity(String user) {
    return new Identity("test", user, user, time.instant().plusSeconds(60));
  }

  @Test
  void holdsNoMoreThanItMay() {
    VerifiedPairs pairs = new VerifiedPairs(10, Duration.ofMinutes(1), time);
    for (int i = 0; i < 100; i++) {
      pairs.put(digests.of("user" + i, "x"), identity("user" + i), 1);
    }

    assertThat(pairs.size()).isEqualTo(10);
  }

  @Test
  void remembersNothingWhereThatIsConfigured() {
    VerifiedPairs pairs = new VerifiedPairs(0, Duration.ofMinutes(1), time);
    pairs.put(digests.of("alice", "x"), identity("alice"), 1);

    assertThat(pairs.get(digests.of("alice", "x"), 1)).isNull();
  }

  @Test
  void forgetsInTimeAndAfterAChange() {
    VerifiedPairs pairs = new VerifiedPairs(10, Duration.ofMinutes(1), time);
    pairs.put(digests.of("alice", "x"), identity("alice"), 1);

    assertThat(pairs.get(digests.of("alice", "x"), 1)).isNotNull();
    assertThat(pairs.get(digests.of("alice", "x"), 2)).isNull();
    time.pass(Duration.ofMinutes(1));
    assertThat(pairs.get(digests.of("alice", "x"), 1)).isNull();
  }
}
