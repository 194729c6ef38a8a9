package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.limit.Admission.Admitted;
import dev.passgate.limit.Admission.Limited;
import dev.passgate.protocol.QueryId;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEvents;
import dev.passgate.query.RunningQueries;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

class QueryLimitsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final CountedUser ALICE = new CountedUser("acme", "alice");
  private static final QueryId ID = new QueryId("20260101_000000_00000_abcde");

  private final TestTime time = new TestTime();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RunningQueries running = new RunningQueries(time, QueryEvents.NONE);

  private QueryLimits limits(int queries, QueryLimitProperties.@Nullable Rate rate) {
    return new QueryLimits(
        new LocalPlaces(running, queries),
        rate,
        rate == null ? null : new LocalRates(rate, time),
        new LimitMetrics(registry));
  }

  private static Admission ask(QueryLimits limits, CountedUser user) {
    return Objects.requireNonNull(limits.admit(user).block(LIMIT));
  }

  private static Place place(Admission admission) {
    assertThat(admission).isInstanceOf(Admitted.class);
    return ((Admitted) admission).place();
  }

  private double limited(String limit) {
    return registry.get("passgate.limited").tag("limit", limit).counter().count();
  }

  @Test
  void namesTheLimitAndTheCount() {
    QueryLimits limits = limits(1, null);
    place(ask(limits, ALICE)).started(ID, "main");

    assertThat(ask(limits, ALICE))
        .isEqualTo(
            new Limited(
                "queries-per-user",
                "too many queries of this user are running: 1 of 1"
                    + " (passgate.limits.queries-per-user)",
                Duration.ofSeconds(5)));
    assertThat(limited("queries-per-user")).isEqualTo(1);
    assertThat(limited("new-queries-per-user")).isZero();

    running.ended(ID, ALICE);
    place(ask(limits, ALICE)).close();
  }

  @Test
  void namesTheRateAndGivesThePlaceBack() {
    QueryLimits limits = limits(10, new QueryLimitProperties.Rate(2, 1));
    place(ask(limits, ALICE)).close();

    assertThat(ask(limits, ALICE))
        .isEqualTo(
            new Limited(
                "new-queries-per-user",
                "too many new queries of this user: at most 2 a second, and 1 at once"
                    + " (passgate.limits.new-queries-per-user)",
                Duration.ofMillis(500)));
    assertThat(limited("new-queries-per-user")).isEqualTo(1);
    assertThat(running.ofUser(ALICE)).isZero();
  }

  @Test
  void doesNotCountAsNewWhatFindsNoPlace() {
    QueryLimits limits = limits(1, new QueryLimitProperties.Rate(1, 2));
    place(ask(limits, ALICE)).started(ID, "main");
    for (int i = 0; i < 5; i++) {
      assertThat(((Limited) ask(limits, ALICE)).limit()).isEqualTo("queries-per-user");
    }
    running.ended(ID, ALICE);

    place(ask(limits, ALICE)).close();
    assertThat(((Limited) ask(limits, ALICE)).limit()).isEqualTo("new-queries-per-user");
  }

  @Test
  void givesThePlaceBackOfWhoeverDoesNotWaitForTheRate() {
    QueryLimits limits =
        new QueryLimits(
            new LocalPlaces(running, 1),
            new QueryLimitProperties.Rate(1, 1),
            _ -> Mono.never(),
            new LimitMetrics(registry));

    var waiting = limits.admit(ALICE).subscribe();
    assertThat(running.ofUser(ALICE)).isEqualTo(1);

    waiting.dispose();
    assertThat(running.ofUser(ALICE)).isZero();
  }

  @Test
  void givesThePlaceBackOfWhoeverLeavesWhileItIsTaken() {
    LocalPlaces local = new LocalPlaces(running, 1);
    Disposable.Swap client = Disposables.swap();
    QueryLimits limits =
        new QueryLimits(
            user ->
                Mono.fromSupplier(
                    () -> {
                      Admission taken = local.takeNow(user);
                      assertThat(running.ofUser(user)).isEqualTo(1);
                      client.dispose();
                      return taken;
                    }),
            null,
            null,
            new LimitMetrics(registry));

    limits
        .admit(ALICE)
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                client.update(this);
                subscription.request(1);
              }

              @Override
              protected void hookOnNext(Admission admission) {
                throw new AssertionError("nobody is there");
              }
            });

    assertThat(client.isDisposed()).isTrue();
    assertThat(running.ofUser(ALICE)).isZero();
  }
}
