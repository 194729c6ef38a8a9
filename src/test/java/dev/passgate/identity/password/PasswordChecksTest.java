package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class PasswordChecksTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final PasswordChecks<String, String> checks = new PasswordChecks<>(1, 2);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger done = new AtomicInteger();

  @AfterEach
  void close() {
    held.countDown();
    checks.close();
  }

  private String hold() {
    begun.countDown();
    await(held);
    done.incrementAndGet();
    return Thread.currentThread().getName();
  }

  private String count() {
    done.incrementAndGet();
    return Thread.currentThread().getName();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String get(CompletableFuture<@Nullable String> future) throws Exception {
    return Objects.requireNonNull(future.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  private CompletableFuture<@Nullable String> holdTheThread() {
    CompletableFuture<@Nullable String> first = checks.check("held", this::hold).toFuture();
    await(begun);
    return first;
  }

  @Test
  void worksOnAThreadOfItsOwn() throws Exception {
    assertThat(get(checks.check("a", this::count).toFuture())).startsWith(PasswordChecks.THREADS);
  }

  @Test
  void makesEqualChecksOnce() throws Exception {
    CompletableFuture<@Nullable String> first = holdTheThread();
    List<CompletableFuture<@Nullable String>> equal = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      equal.add(checks.check("held", this::count).toFuture());
    }
    held.countDown();

    for (CompletableFuture<@Nullable String> answer : equal) {
      assertThat(get(answer)).isEqualTo(get(first));
    }
    assertThat(done).hasValue(1);
    assertThat(checks.size()).isZero();
  }

  @Test
  void makesAnEqualCheckAgainAfterTheFirstHasEnded() throws Exception {
    get(checks.check("a", this::count).toFuture());
    get(checks.check("a", this::count).toFuture());

    assertThat(done).hasValue(2);
  }

  @Test
  void refusesWhatTheQueueDoesNotHold() throws Exception {
    CompletableFuture<@Nullable String> first = holdTheThread();
    CompletableFuture<@Nullable String> second = checks.check("second", this::count).toFuture();
    CompletableFuture<@Nullable String> third = checks.check("third", this::count).toFuture();

    assertThat(checks.check("fourth", this::count).toFuture())
        .failsWithin(LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(RejectedExecutionException.class);
    held.countDown();
    assertThat(Stream.of(get(first), get(second), get(third))).hasSize(3);
    assertThat(done).hasValue(3);
  }

  @Test
  void refusesWhatJoinsAfterTooMany() {
    var _ = holdTheThread();
    for (int i = 0; i < 999; i++) {
      var _ = checks.check("held", this::count).toFuture();
    }

    assertThat(checks.check("held", this::count).toFuture())
        .failsWithin(LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void doesNothingForAClientThatWentAwayWhileWaiting() throws Exception {
    CompletableFuture<@Nullable String> first = holdTheThread();
    Disposable gone = checks.check("gone", this::count).subscribe();
    Disposable alsoGone = checks.check("gone", this::count).subscribe();
    gone.dispose();
    assertThat(checks.size()).isEqualTo(2);
    alsoGone.dispose();

    assertThat(checks.size()).isEqualTo(1);
    CompletableFuture<@Nullable String> second = checks.check("second", this::count).toFuture();
    CompletableFuture<@Nullable String> third = checks.check("third", this::count).toFuture();
    held.countDown();
    assertThat(Stream.of(get(first), get(second), get(third))).hasSize(3);
    assertThat(done).hasValue(3);
  }

  @Test
  void goesOnForThoseWhoStayWhenOneGoes() throws Exception {
    CompletableFuture<@Nullable String> first = holdTheThread();
    Disposable gone = checks.check("equal", this::count).subscribe();
    CompletableFuture<@Nullable String> stays = checks.check("equal", this::count).toFuture();
    gone.dispose();
    held.countDown();

    assertThat(get(stays)).isEqualTo(get(first));
    assertThat(done).hasValue(2);
  }

  @Test
  void passesFailuresOn() {
    assertThat(
            checks
                .check(
                    "a",
                    () -> {
                      throw new IllegalStateException("a bug");
                    })
                .toFuture())
        .failsWithin(LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class);
    assertThat(checks.size()).isZero();
  }

  @Test
  void refusesWhoWaitsAtItsEndAndWhoComesAfterIt() {
    var _ = holdTheThread();
    CompletableFuture<@Nullable String> waiting = checks.check("b", this::count).toFuture();
    checks.close();

    assertThat(waiting)
        .failsWithin(LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(RejectedExecutionException.class);

    assertThat(checks.check("a", this::count).toFuture())
        .failsWithin(LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(RejectedExecutionException.class);
  }
}
