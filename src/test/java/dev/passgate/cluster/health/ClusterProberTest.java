package dev.passgate.cluster.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.protocol.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class ClusterProberTest {

  private static final Cluster A = new Cluster("a", Origin.parse("http://a:8080"));
  private static final Cluster B = new Cluster("b", Origin.parse("http://b:8080"));
  private static final CoordinatorInfo READY = new CoordinatorInfo(false, "abcde");

  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
  private final HealthProperties settings = settings(true);
  private final Clusters clusters = new Clusters(List.of(A, B));
  private final ClusterStates states = new ClusterStates(clusters, settings, System::nanoTime);
  private final List<String> asked = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private Supplier<Mono<CoordinatorInfo>> answerOfA = () -> Mono.just(READY);

  private static HealthProperties settings(boolean enabled) {
    return new HealthProperties(enabled, Duration.ofSeconds(5), Duration.ofSeconds(3), 2, 3);
  }

  private ClusterProber prober(HealthProperties how) {
    return new ClusterProber(
        clusters,
        cluster -> {
          asked.add(cluster.name());
          return cluster.equals(A) ? answerOfA.get() : Mono.just(new CoordinatorInfo(false, null));
        },
        states,
        how,
        List.of(
            (_, _) -> {
              throw new IllegalStateException("a listener's mistake");
            },
            (cluster, id) -> seen.add(cluster.name() + " " + id)),
        scheduler,
        () -> 1);
  }

  private static boolean hasEnded(ClusterProber prober) {
    return prober.firstRound().toFuture().isDone();
  }

  @Test
  void probesAllAtOnceAndThenAtIntervals() {
    try (ClusterProber prober = prober(settings)) {
      prober.start();
      assertThat(asked).containsExactly("a", "b");
      assertThat(states.state(A)).isEqualTo(ClusterState.UP);
      assertThat(states.state(B)).isEqualTo(ClusterState.UP);
      assertThat(seen).containsExactly("a abcde");

      scheduler.advanceTimeBy(Duration.ofMillis(5499));
      assertThat(asked).hasSize(2);
      scheduler.advanceTimeBy(Duration.ofMillis(1));
      assertThat(asked).hasSize(4);
    }
    scheduler.advanceTimeBy(Duration.ofHours(1));
    assertThat(asked).hasSize(4);
  }

  @Test
  void waitsForNoAnswerLongerThanItsTimeAndNeverAsksTwiceAtOnce() {
    answerOfA = () -> Mono.<CoordinatorInfo>never().doOnCancel(() -> cancelled.set(true));
    try (ClusterProber prober = prober(settings)) {
      prober.start();
      assertThat(hasEnded(prober)).isFalse();
      scheduler.advanceTimeBy(Duration.ofSeconds(3));
      assertThat(cancelled).isTrue();
      assertThat(hasEnded(prober)).isTrue();
      assertThat(states.state(A)).isEqualTo(ClusterState.UNKNOWN);

      scheduler.advanceTimeBy(Duration.ofMillis(5500));
      assertThat(asked.stream().filter("a"::equals)).hasSize(2);
      scheduler.advanceTimeBy(Duration.ofSeconds(3));
      assertThat(states.state(A)).isEqualTo(ClusterState.DOWN);
      assertThat(states.state(B)).isEqualTo(ClusterState.UP);
    }
  }

  @Test
  void endsTheProbeThatIsUnderWayWhenItIsClosed() {
    answerOfA = () -> Mono.<CoordinatorInfo>never().doOnCancel(() -> cancelled.set(true));
    try (ClusterProber prober = prober(settings)) {
      prober.start();
    }
    assertThat(cancelled).isTrue();
  }

  @Test
  void goesOnAfterWhateverFails() {
    List<Supplier<Mono<CoordinatorInfo>>> answers =
        List.of(
            () -> Mono.error(new IOException("no")),
            () -> {
              throw new IllegalStateException("a probe's mistake");
            },
            Mono::empty,
            () -> Mono.just(READY));
    answerOfA = () -> answers.get((int) asked.stream().filter("a"::equals).count() - 1).get();
    try (ClusterProber prober = prober(settings)) {
      prober.start();
      scheduler.advanceTimeBy(Duration.ofMillis(5500));
      assertThat(states.state(A)).isEqualTo(ClusterState.DOWN);
      scheduler.advanceTimeBy(Duration.ofMillis(5500));
      assertThat(states.state(A)).isEqualTo(ClusterState.DOWN);
      scheduler.advanceTimeBy(Duration.ofMillis(5500));
      assertThat(states.state(A)).isEqualTo(ClusterState.UP);
    }
  }

  @Test
  void doesNothingWhereItIsOff() {
    try (ClusterProber prober = prober(settings(false))) {
      prober.start();
      scheduler.advanceTimeBy(Duration.ofHours(1));
      assertThat(asked).isEmpty();
      assertThat(hasEnded(prober)).isTrue();
    }
  }
}
