package dev.passgate.limit;

import dev.passgate.query.CountedUser;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Rates of the queries that start at all replicas; where Redis does not answer in time, at this
 * one.
 */
final class SharedRates implements UserRates {

  /** How often a bucket is read again that somebody else changed meanwhile. */
  private static final int MAX_RETRIES = 20;

  private final RedisLink redis;
  private final QueryLimitProperties.Rate rate;
  private final Duration timeLimit;
  private final CompletableFuture<BucketConfiguration> configuration;
  private final LocalRates local;
  private final Scheduler scheduler;

  SharedRates(
      RedisLink redis,
      QueryLimitProperties.Rate rate,
      Duration timeLimit,
      LocalRates local,
      Scheduler scheduler) {
    this.redis = redis;
    this.rate = rate;
    this.timeLimit = timeLimit;
    this.local = local;
    this.scheduler = scheduler;
    this.configuration =
        CompletableFuture.completedFuture(
            BucketConfiguration.builder().addLimit(Rates.bandwidth(rate)).build());
  }

  @Override
  public Mono<Duration> take(CountedUser user) {
    return Mono.fromFuture(
            () ->
                redis
                    .call(
                        connection ->
                            buckets(connection)
                                .builder()
                                .build(RedisKeys.rate(rate, user), () -> configuration)
                                .tryConsumeAndReturnRemaining(1))
                    .handle(
                        (probe, failure) ->
                            failure == null ? Rates.untilAllowed(probe) : local.takeNow(user)),
            true)
        .publishOn(scheduler);
  }

  /** A few fields only, so it is made for each call; connections may change between them. */
  private AsyncProxyManager<String> buckets(StatefulRedisConnection<String, byte[]> connection) {
    return Bucket4jLettuce.casBasedBuilder(connection)
        .clientClock(TimeMeter.SYSTEM_MILLISECONDS)
        .requestTimeout(timeLimit)
        .maxRetries(MAX_RETRIES)
        .expirationAfterWrite(
            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                Duration.ofSeconds(10)))
        .build()
        .asAsync();
  }
}
