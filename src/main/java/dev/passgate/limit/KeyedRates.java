package dev.passgate.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A rate for each key, as this replica sees it. Bounded; thread-safe.
 *
 * @param <K> whom a rate is of
 */
final class KeyedRates<K> {

  /** Some 30 MB at most. Of a key that is forgotten the count begins anew. */
  static final int MAX_KEYS = 100_000;

  private final QueryLimitProperties.Rate rate;
  private final TimeMeter clock;
  private final Cache<K, Bucket> buckets;

  KeyedRates(QueryLimitProperties.Rate rate, InstantSource time) {
    this.rate = rate;
    this.clock = new Clock(time);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            // By then a bucket is full, and so as good as a new one.
            .expireAfterAccess(Rates.timeToFill(rate))
            .ticker(clock::currentTimeNanos)
            .executor(Runnable::run)
            .build();
  }

  /**
   * Counts one more if it may be.
   *
   * @return zero where it may, else how long it is until one may
   */
  Duration take(K key) {
    Bucket bucket =
        Objects.requireNonNull(
            buckets.get(
                key,
                _ ->
                    Bucket.builder()
                        .addLimit(Rates.bandwidth(rate))
                        .withCustomTimePrecision(clock)
                        .build()));
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return Rates.untilAllowed(probe);
  }

  /** How many keys are remembered. */
  long size() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private record Clock(InstantSource time) implements TimeMeter {

    @Override
    public long currentTimeNanos() {
      return TimeUnit.MILLISECONDS.toNanos(time.millis());
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
