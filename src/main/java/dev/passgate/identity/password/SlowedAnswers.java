package dev.passgate.identity.password;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Holds back answers by a timer. When too many are held back, the others go at once: the limits
 * stop whoever makes so many. Thread-safe.
 */
final class SlowedAnswers {

  private final int max;
  private final Scheduler timer;
  private final AtomicInteger held = new AtomicInteger();

  SlowedAnswers(int max, Scheduler timer) {
    this.max = max;
    this.timer = timer;
  }

  <T> Mono<T> after(Duration delay, T answer) {
    if (delay.isZero()) {
      return Mono.just(answer);
    }
    return Mono.defer(
        () -> {
          if (held.incrementAndGet() > max) {
            held.decrementAndGet();
            return Mono.just(answer);
          }
          return Mono.delay(delay, timer).thenReturn(answer).doFinally(_ -> held.decrementAndGet());
        });
  }

  /** How many are held back. */
  int size() {
    return held.get();
  }
}
