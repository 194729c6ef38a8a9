package dev.passgate.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How often something failed within a time that begins with the first failure. Bounded, as
 * strangers fill it. Thread-safe.
 *
 * @param <K> what the failures are counted by
 */
final class FailureCounts<K> {

  /** Some 20 MB at most. */
  static final int MAX_ENTRIES = 100_000;

  private record Count(int failures, int inARow, Instant end) {}

  private final int limit;
  private final Duration window;
  private final InstantSource clock;
  private final Cache<K, Count> counts;

  /**
   * @param limit how many failures are allowed within the window
   */
  FailureCounts(int limit, Duration window, InstantSource clock) {
    this.limit = limit;
    this.window = window;
    this.clock = clock;
    this.counts =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(window)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /** How long it takes until another failure is allowed; zero where it is. */
  Duration untilAllowed(K key) {
    Instant now = clock.instant();
    Count count = counts.getIfPresent(key);
    return count == null || count.failures() < limit || !now.isBefore(count.end())
        ? Duration.ZERO
        : Duration.between(now, count.end());
  }

  /** Counts a failure, and tells which one it is without a success between. */
  int add(K key) {
    Instant now = clock.instant();
    Count count =
        counts
            .asMap()
            .compute(
                key,
                (_, old) ->
                    old == null || !now.isBefore(old.end())
                        ? new Count(1, 1, now.plus(window))
                        : new Count(old.failures() + 1, old.inARow() + 1, old.end()));
    return Objects.requireNonNull(count).inARow();
  }

  /** A success: the next failure is the first in a row, and counts no less. */
  void interrupt(K key) {
    counts.asMap().computeIfPresent(key, (_, old) -> new Count(old.failures(), 0, old.end()));
  }

  /** Forgets the failures. */
  void clear(K key) {
    counts.invalidate(key);
  }

  /** How many are counted. */
  long size() {
    counts.cleanUp();
    return counts.estimatedSize();
  }
}
