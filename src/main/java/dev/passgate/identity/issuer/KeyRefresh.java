package dev.passgate.identity.issuer;

import dev.passgate.identity.issuer.IssuersProperties.KeysProperties;
import dev.passgate.identity.issuer.KeyFetch.Outcome;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fetches an issuer's keys again and again: after each success once in {@code refresh-interval},
 * after failures sooner, beginning with {@code min-refetch-interval} and doubling. A tenth more or
 * less keeps replicas from asking all at once.
 */
final class KeyRefresh implements AutoCloseable {

  private final IssuerKeys keys;
  private final KeysProperties settings;
  private final Scheduler scheduler;
  private final DoubleSupplier random;
  private final Disposable.Swap work = Disposables.swap();

  /** Only read and written by one round after another. */
  private int failures;

  /**
   * A refresh that has not begun.
   *
   * @param random numbers from 0 to 1
   */
  KeyRefresh(IssuerKeys keys, KeysProperties settings, Scheduler scheduler, DoubleSupplier random) {
    this.keys = keys;
    this.settings = settings;
    this.scheduler = scheduler;
    this.random = random;
  }

  /** Begins with a fetch at once, and does not wait for it. */
  void start() {
    work.update(
        Mono.defer(keys::refresh)
            .map(this::pause)
            .flatMap(pause -> Mono.delay(pause, scheduler))
            .repeat()
            .subscribe());
  }

  @Override
  public void close() {
    work.dispose();
  }

  private Duration pause(Outcome outcome) {
    failures = outcome instanceof Outcome.Failed ? Math.min(failures + 1, 30) : 0;
    Duration pause = settings.refreshInterval();
    if (failures > 0) {
      Duration backoff = settings.minRefetchInterval().multipliedBy(1L << (failures - 1));
      pause = backoff.compareTo(pause) < 0 ? backoff : pause;
    }
    return Duration.ofMillis((long) (pause.toMillis() * (0.9 + 0.2 * random.getAsDouble())));
  }
}
