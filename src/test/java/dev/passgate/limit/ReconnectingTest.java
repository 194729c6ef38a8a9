package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReconnectingTest {

  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final List<CompletableFuture<String>> made = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - 1;
  private final Reconnecting<String> reconnecting =
      new Reconnecting<>(this::connect, closed::add, PATIENCE, RETRY, () -> nanos);

  private CompletableFuture<String> connect() {
    CompletableFuture<String> connection = new CompletableFuture<>();
    made.add(connection);
    return connection;
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private void fail() {
    made.getLast().completeExceptionally(new IllegalStateException("nobody is there"));
  }

  @Test
  void waitsForTheFirstConnection() {
    CompletableFuture<String> early = reconnecting.connection();
    assertThat(early).isNotDone();

    made.getFirst().complete("one");
    assertThat(early).isCompletedWithValue("one");
    assertThat(reconnecting.connection()).isCompletedWithValue("one");
    assertThat(made).hasSize(1);
  }

  @Test
  void failsAtOnceWhileTheFirstConnectionTakesTooLong() {
    pass(PATIENCE);
    assertThat(reconnecting.connection()).isCompletedExceptionally();

    made.getFirst().complete("one");
    assertThat(reconnecting.connection()).isCompletedWithValue("one");
  }

  @Test
  void takesAnExceptionForAFailure() {
    Reconnecting<String> throwing =
        new Reconnecting<>(
            () -> {
              throw new IllegalStateException("no more threads");
            },
            closed::add,
            PATIENCE,
            RETRY,
            () -> nanos);

    assertThat(throwing.connection()).isCompletedExceptionally();
  }

  @Test
  void failsAtOnceWhileAnotherConnectionIsMade() {
    fail();
    pass(RETRY);

    assertThat(reconnecting.connection()).isCompletedExceptionally();
    assertThat(made).hasSize(2);
    assertThat(reconnecting.connection()).isCompletedExceptionally();
    pass(RETRY.multipliedBy(2));
    assertThat(reconnecting.connection()).isCompletedExceptionally();
    assertThat(made).hasSize(2);

    made.getLast().complete("two");
    assertThat(reconnecting.connection()).isCompletedWithValue("two");
  }

  @Test
  void countsFromTheFailureUntilItTriesAgain() {
    pass(RETRY.multipliedBy(2));
    fail();
    pass(RETRY.minusNanos(1));
    assertThat(reconnecting.connection()).isCompletedExceptionally();
    assertThat(made).hasSize(1);

    pass(Duration.ofNanos(1));
    assertThat(reconnecting.connection()).isCompletedExceptionally();
    assertThat(made).hasSize(2);
  }

  @Test
  void putsAnotherInThePlaceOfOneThatIsTakenForDead() {
    made.getFirst().complete("one");
    pass(RETRY);
    reconnecting.renew(RETRY.plusNanos(1));
    assertThat(reconnecting.connection()).isCompletedWithValue("one");

    reconnecting.renew(RETRY);
    reconnecting.renew(RETRY);
    assertThat(made).hasSize(2);
    assertThat(closed).containsExactly("one");
    assertThat(reconnecting.connection()).isCompletedExceptionally();
    made.getLast().complete("two");
    assertThat(reconnecting.connection()).isCompletedWithValue("two");
  }
}
