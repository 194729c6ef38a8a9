package dev.passgate.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.query.CountedUser;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** Rates of the queries that start at this replica. */
final class LocalRates implements UserRates {

  /** Some 30 MB at most. Of a user who is forgotten the count begins anew. */
  static final int MAX_USERS = 100_000;

  private final QueryLimitProperties.Rate rate;
  private final TimeMeter clock;
  private final Cache<CountedUser, Bucket> buckets;

  LocalRates(QueryLimitProperties.Rate rate, InstantSource time) {
    this.rate = rate;
    this.clock = new Clock(time);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_USERS)
            // By then a bucket is full, and so as good as a new one.
            .expireAfterAccess(Rates.timeToFill(rate))
            .ticker(clock::currentTimeNanos)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public Mono<Duration> take(CountedUser user) {
    return Mono.fromSupplier(() -> takeNow(user));
  }

  Duration takeNow(CountedUser user) {
    Bucket bucket =
        Objects.requireNonNull(
            buckets.get(
                user,
                _ ->
                    Bucket.builder()
                        .addLimit(Rates.bandwidth(rate))
                        .withCustomTimePrecision(clock)
                        .build()));
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return Rates.untilAllowed(probe);
  }

  /** How many users are remembered. */
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
