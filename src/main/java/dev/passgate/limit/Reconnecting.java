package dev.passgate.limit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A connection that is made anew when somebody asks for it, some time after one could not be made.
 * Only the first one is waited for, and not for long: whoever asks while a later one is made does
 * without, as a server that nobody reaches would take as long to fail each time. Thread-safe.
 */
final class Reconnecting<C> {

  /**
   * @param atNanos when it was begun, and once it failed, when it did
   * @param patience for how long it is waited for
   */
  private record Attempt<C>(CompletableFuture<C> connection, long atNanos, Duration patience) {}

  private final Supplier<CompletionStage<C>> connect;
  private final Consumer<C> close;
  private final Duration retry;
  private final LongSupplier nanoTime;
  private final AtomicReference<Attempt<C>> attempt;

  /**
   * Begins to connect.
   *
   * @param connect makes a connection, and fails by itself where that takes too long
   * @param close ends one that another takes the place of
   * @param patience for how long the first one is waited for
   * @param retry how long after a failure the next one is made
   */
  Reconnecting(
      Supplier<CompletionStage<C>> connect,
      Consumer<C> close,
      Duration patience,
      Duration retry,
      LongSupplier nanoTime) {
    this.connect = connect;
    this.close = close;
    this.retry = retry;
    this.nanoTime = nanoTime;
    Attempt<C> first = begun(patience);
    this.attempt = new AtomicReference<>(first);
    begin(first);
  }

  /** The connection; failed where there is none now. */
  CompletableFuture<C> connection() {
    Attempt<C> now = attempt.get();
    if (now.connection().isCompletedExceptionally() && isOver(now, retry)) {
      replace(now);
      now = attempt.get();
    }
    return !now.connection().isDone() && isOver(now, now.patience())
        ? CompletableFuture.failedFuture(new NotConnectedException())
        : now.connection();
  }

  /** Has another connection made, unless the last one was begun only just now. */
  void renew(Duration age) {
    Attempt<C> now = attempt.get();
    if (isOver(now, age)) {
      replace(now);
    }
  }

  private boolean isOver(Attempt<C> now, Duration time) {
    return nanoTime.getAsLong() - now.atNanos() >= time.toNanos();
  }

  private Attempt<C> begun(Duration patience) {
    return new Attempt<>(new CompletableFuture<>(), nanoTime.getAsLong(), patience);
  }

  private void replace(Attempt<C> now) {
    Attempt<C> next = begun(Duration.ZERO);
    if (attempt.compareAndSet(now, next)) {
      var _ = now.connection().thenAccept(close);
      begin(next);
    }
  }

  private CompletionStage<C> connecting() {
    try {
      return connect.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void begin(Attempt<C> begun) {
    var _ =
        connecting()
            .whenComplete(
                (made, failure) -> {
                  if (failure == null) {
                    begun.connection().complete(made);
                    return;
                  }
                  Attempt<C> failed =
                      new Attempt<>(
                          CompletableFuture.failedFuture(failure),
                          nanoTime.getAsLong(),
                          Duration.ZERO);
                  attempt.compareAndSet(begun, failed);
                  begun.connection().completeExceptionally(failure);
                });
  }

  /** There is no connection now. Made for each request meanwhile, so without a stack trace. */
  private static final class NotConnectedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotConnectedException() {
      super("not connected", null, false, false);
    }
  }
}
