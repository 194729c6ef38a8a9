package dev.passgate.cluster.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.protocol.Origin;
import dev.passgate.testing.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClusterStatesTest {

  private static final CoordinatorInfo READY = new CoordinatorInfo(false, null);
  private static final CoordinatorInfo STARTING = new CoordinatorInfo(true, null);
  private static final Cluster A = new Cluster("a", Origin.parse("http://a:8080"));
  private static final Cluster B = new Cluster("b", Origin.parse("http://b:8080"));
  private static final List<Cluster> BOTH = List.of(A, B);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final ClusterStates probed = states(true);
  private final ClusterStates unprobed = states(false);

  private ClusterStates states(boolean enabled) {
    return new ClusterStates(
        new Clusters(BOTH),
        new HealthProperties(enabled, Duration.ofSeconds(5), Duration.ofSeconds(3), 2, 3),
        nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static void fail(ClusterStates states, int times) {
    for (int i = 0; i < times; i++) {
      states.connectionFailed(A);
    }
  }

  @Test
  void knowsNothingAtFirstAndUsesAll() {
    assertThat(probed.state(A)).isEqualTo(ClusterState.UNKNOWN);
    assertThat(probed.usable(BOTH)).containsExactly(A, B);
  }

  @Test
  void holdsFailuresOfAnotherAddressAgainstNobodyOfTheSameName() {
    Cluster old = new Cluster("a", Origin.parse("http://old:8080"));
    for (int i = 0; i < 3; i++) {
      unprobed.connectionFailed(old);
    }
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.UNKNOWN);

    fail(unprobed, 3);
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.DOWN);
  }

  @Test
  void prefersThoseThatAreUp() {
    probed.probed(B, READY);

    assertThat(probed.state(B)).isEqualTo(ClusterState.UP);
    assertThat(probed.usable(BOTH)).containsExactly(B);
    assertThat(probed.usable(List.of(A))).containsExactly(A);
  }

  @Test
  void isNotDownForSlowProbesWhileRequestsAreAnswered() {
    probed.probed(A, READY);
    probed.answered(A);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(8));
      probed.probeTimedOut(A, "x");
      assertThat(probed.state(A)).isEqualTo(ClusterState.UP);
      probed.answered(A);
    }

    pass(Duration.ofSeconds(9));
    probed.probeTimedOut(A, "x");
    probed.probeTimedOut(A, "x");

    assertThat(probed.state(A)).isEqualTo(ClusterState.DOWN);
  }

  @Test
  void isDownForSlowProbesWhereNoRequestWasEverAnswered() {
    probed.probed(A, READY);
    probed.probeTimedOut(A, "x");
    probed.probeTimedOut(A, "x");

    assertThat(probed.state(A)).isEqualTo(ClusterState.DOWN);
  }

  @Test
  void isDownAfterProbesInARowFailed() {
    probed.probed(A, READY);
    probed.probeFailed(A, "x");
    probed.probed(A, READY);
    probed.probeFailed(A, "x");
    assertThat(probed.state(A)).isEqualTo(ClusterState.UP);

    probed.probeFailed(A, "x");
    assertThat(probed.state(A)).isEqualTo(ClusterState.DOWN);
    assertThat(probed.usable(List.of(A))).isEmpty();

    probed.probed(A, READY);
    assertThat(probed.state(A)).isEqualTo(ClusterState.UP);
  }

  @Test
  void isDownAtOnceWhileItStarts() {
    probed.probed(A, STARTING);

    assertThat(probed.state(A)).isEqualTo(ClusterState.DOWN);
    assertThat(probed.usable(BOTH)).containsExactly(B);
  }

  @Test
  void isDownAfterConnectionsInARowFailed() {
    probed.probed(A, READY);
    fail(probed, 2);
    probed.answered(A);
    fail(probed, 2);
    assertThat(probed.state(A)).isEqualTo(ClusterState.UP);

    fail(probed, 1);
    assertThat(probed.state(A)).isEqualTo(ClusterState.DOWN);
  }

  /** A coordinator answers polls while it starts. */
  @Test
  void onlyAProbeFindsItUpAgain() {
    fail(probed, 3);
    probed.answered(A);
    pass(Duration.ofHours(1));
    assertThat(probed.state(A)).isEqualTo(ClusterState.DOWN);

    probed.probed(A, READY);
    assertThat(probed.state(A)).isEqualTo(ClusterState.UP);
    fail(probed, 2);
    assertThat(probed.state(A)).isEqualTo(ClusterState.UP);
  }

  @Test
  void circuitHalfOpensByItselfWithoutProbes() {
    fail(unprobed, 3);
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.DOWN);
    pass(Duration.ofMillis(4999));
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.DOWN);

    pass(Duration.ofMillis(1));
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.UNKNOWN);
    fail(unprobed, 1);
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.DOWN);

    pass(Duration.ofSeconds(5));
    assertThat(unprobed.usable(BOTH)).containsExactly(A, B);
    unprobed.answered(A);
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.UP);
    fail(unprobed, 2);
    assertThat(unprobed.state(A)).isEqualTo(ClusterState.UP);
  }

  /** Nobody would ever find out that the other is up too. */
  @Test
  void withoutProbesThoseThatAnsweredAreNotPreferred() {
    unprobed.answered(A);

    assertThat(unprobed.usable(BOTH)).containsExactly(A, B);
  }

  @Test
  void logsEachChangeOnce() {
    try (CapturedLog log = CapturedLog.open()) {
      probed.probed(A, READY);
      probed.probed(A, READY);
      probed.probeFailed(A, "no route");
      probed.probeFailed(A, "no route");
      probed.probeFailed(A, "no route");
      probed.probed(A, READY);

      assertThat(log.of(Circuit.class.getName()))
          .containsExactly(
              "The state of a cluster has changed [cluster=\"a\", state=\"UP\","
                  + " cause=\"its coordinator answers\"]",
              "The state of a cluster has changed [cluster=\"a\", state=\"DOWN\","
                  + " cause=\"no route\"]",
              "The state of a cluster has changed [cluster=\"a\", state=\"UP\","
                  + " cause=\"its coordinator answers\"]");
    }
  }
}
