package dev.passgate.identity.issuer;

import dev.passgate.identity.LateFailures;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One fetch of keys that any number of callers wait for. It runs by itself: a caller that goes away
 * leaves it to the others.
 */
final class KeyFetch {

  /** How a fetch ended. */
  sealed interface Outcome {

    /** The issuer named its keys. */
    record Fetched(KeySnapshot snapshot) implements Outcome {}

    /** The keys could not be had. */
    record Failed() implements Outcome {}
  }

  private final Sinks.One<Outcome> outcome = Sinks.one();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Disposable.Swap work = Disposables.swap();

  /** The outcome once there is one; never an error. */
  Mono<Outcome> outcome() {
    return outcome.asMono();
  }

  /** The outcome, which is a failure at once for those who come when enough are waiting. */
  Mono<Outcome> outcome(int maxWaiting) {
    return Mono.defer(
        () -> {
          if (waiting.incrementAndGet() > maxWaiting) {
            waiting.decrementAndGet();
            return Mono.just(new Outcome.Failed());
          }
          return outcome().doFinally(signal -> waiting.decrementAndGet());
        });
  }

  /** Starts the work, whose end calls {@link #end}. */
  void start(Mono<?> steps) {
    work.update(steps.contextWrite(LateFailures.ignored()).subscribe());
  }

  /** Tells everybody who waits. */
  void end(Outcome result) {
    outcome.tryEmitValue(result);
  }

  /** Stops the work. Those who wait are told that it failed. */
  void cancel() {
    work.dispose();
    end(new Outcome.Failed());
  }
}
