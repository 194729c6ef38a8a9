package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.password.PasswordProperties.TriesProperties;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailedTriesTest {

  private static final Client ALICE = Client.of("alice", "10.0.0.1");

  private final FakeTime time = new FakeTime();
  private final FailedTries tries =
      new FailedTries(new TriesProperties(3, 5, 8, Duration.ofMinutes(1)), time);

  private void fail(Client client, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(tries.failed(client)).isPositive();
    }
  }

  @Test
  void slowsMoreWithEachFailureInARow() {
    List<Long> delays =
        IntStream.range(0, 8).mapToObj(_ -> tries.failed(ALICE).toMillis()).toList();

    assertThat(delays).containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L, 2000L);
  }

  @Test
  void slowsGuessesOfManyUsersFromOneAddressToo() {
    fail(ALICE, 2);

    assertThat(tries.failed(Client.of("bob", ALICE.address()))).isEqualTo(Duration.ofMillis(400));
    assertThat(tries.failed(Client.of("bob", "10.0.0.2"))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void beginsAnewAfterASuccess() {
    fail(ALICE, 2);
    tries.succeeded(ALICE);

    assertThat(tries.failed(ALICE)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void limitsAUserFromOneAddressUntilTheWindowEnds() {
    fail(ALICE, 2);
    assertThat(tries.untilAllowed(ALICE)).isZero();
    time.pass(Duration.ofSeconds(10));
    fail(ALICE, 1);

    assertThat(tries.untilAllowed(ALICE)).isEqualTo(Duration.ofSeconds(50));
    time.pass(Duration.ofSeconds(49));
    assertThat(tries.untilAllowed(ALICE)).isEqualTo(Duration.ofSeconds(1));
    time.pass(Duration.ofSeconds(1));
    assertThat(tries.untilAllowed(ALICE)).isZero();
  }

  @Test
  void lockingOutAUserFromOneAddressLeavesAllOthersAlone() {
    fail(ALICE, 3);

    assertThat(tries.untilAllowed(ALICE)).isPositive();
    assertThat(tries.untilAllowed(Client.of("alice", "10.0.0.2"))).isZero();
    assertThat(tries.untilAllowed(Client.of("bob", "10.0.0.1"))).isZero();
  }

  @Test
  void doesNotTakeAnotherSpellingForAnotherUser() {
    Stream.of("alice", "ALICE", "Alice ").forEach(name -> fail(Client.of(name, "10.0.0.1"), 1));

    assertThat(tries.untilAllowed(Client.of("aLiCe", "10.0.0.1"))).isPositive();
  }

  @Test
  void limitsAnAddressOverAllUsers() {
    for (int i = 0; i < 5; i++) {
      fail(Client.of("user" + i, "10.0.0.1"), 1);
    }

    assertThat(tries.untilAllowed(Client.of("fresh", "10.0.0.1"))).isPositive();
    assertThat(tries.untilAllowed(Client.of("fresh", "10.0.0.2"))).isZero();
  }

  @Test
  void doesNotForgetAnAddressBecauseOfASuccess() {
    for (int i = 0; i < 5; i++) {
      fail(Client.of("user" + i, "10.0.0.1"), 1);
      tries.succeeded(Client.of("mallory", "10.0.0.1"));
    }

    assertThat(tries.untilAllowed(Client.of("fresh", "10.0.0.1"))).isPositive();
  }

  @Test
  void limitsAUserOverAllAddressesButThoseFromWhichHeGotIn() {
    tries.succeeded(ALICE);
    for (int i = 0; i < 8; i++) {
      fail(Client.of("alice", "10.0.1." + i), 1);
    }

    assertThat(tries.untilAllowed(Client.of("alice", "10.0.2.1"))).isPositive();
    assertThat(tries.untilAllowed(ALICE)).isZero();
    time.pass(Duration.ofHours(13));
    for (int i = 0; i < 8; i++) {
      fail(Client.of("alice", "10.0.1." + i), 1);
    }
    assertThat(tries.untilAllowed(ALICE)).as("not lately").isPositive();
  }

  @Test
  void isBoundedWhateverStrangersSend() {
    FailureCounts<Integer> counts = new FailureCounts<>(1, Duration.ofMinutes(1), time);
    for (int i = 0; i < FailureCounts.MAX_ENTRIES + 1000; i++) {
      assertThat(counts.add(i)).isEqualTo(1);
    }

    assertThat(counts.size()).isLessThanOrEqualTo(FailureCounts.MAX_ENTRIES);
  }
}
