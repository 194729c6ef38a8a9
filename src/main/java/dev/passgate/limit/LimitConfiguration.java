package dev.passgate.limit;

import dev.passgate.limit.QueryLimitProperties.Rate;
import dev.passgate.query.RunningQueries;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Wires the limits per user. Without an address of a Redis, nothing of Redis is even loaded. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties({
  LimitProperties.class,
  QueryLimitProperties.class,
  TokenLimitProperties.class
})
class LimitConfiguration {

  @Bean
  LimitMetrics limitMetrics(MeterRegistry registry) {
    return new LimitMetrics(registry);
  }

  @Bean
  QueryLimits queryLimits(
      QueryLimitProperties properties,
      ObjectProvider<UserPlaces> places,
      ObjectProvider<UserRates> rates,
      RunningQueries queries,
      LimitMetrics metrics,
      ObjectProvider<InstantSource> clock) {
    Integer running = properties.queriesPerUser();
    Rate rate = properties.newQueriesPerUser();
    return new QueryLimits(
        places.getIfAvailable(
            () -> new LocalPlaces(queries, running == null ? Integer.MAX_VALUE : running)),
        rate,
        rate == null ? null : rates.getIfAvailable(() -> local(rate, clock)),
        metrics);
  }

  @Bean
  AddressRates tokenRates(TokenLimitProperties properties, ObjectProvider<InstantSource> clock) {
    return new AddressRates(
        properties.tokenRequestsPerAddress(), clock.getIfUnique(InstantSource::system));
  }

  private static LocalRates local(Rate rate, ObjectProvider<InstantSource> clock) {
    return new LocalRates(rate, clock.getIfUnique(InstantSource::system));
  }

  /** Counts of all replicas. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication
  @ConditionalOnProperty("passgate.limits.shared.redis.url")
  static class SharedConfiguration {

    @Bean(initMethod = "start", destroyMethod = "close")
    RedisLink redisLink(QueryLimitProperties properties, LimitMetrics metrics) {
      return new RedisLink(redis(properties), metrics);
    }

    @Bean
    @ConditionalOnProperty("passgate.limits.queries-per-user")
    SharedQueries sharedQueries(RedisLink redis, LimitProperties limits) {
      return new SharedQueries(redis, limits);
    }

    @Bean
    @ConditionalOnProperty("passgate.limits.queries-per-user")
    UserPlaces sharedPlaces(
        SharedQueries shared, RunningQueries queries, QueryLimitProperties properties) {
      return new SharedPlaces(
          shared,
          queries,
          Objects.requireNonNull(properties.queriesPerUser()),
          Schedulers.parallel());
    }

    @Bean
    @ConditionalOnProperty("passgate.limits.new-queries-per-user.rate")
    UserRates sharedRates(
        RedisLink redis, QueryLimitProperties properties, ObjectProvider<InstantSource> clock) {
      Rate rate = Objects.requireNonNull(properties.newQueriesPerUser());
      return new SharedRates(
          redis, rate, redis(properties).timeLimit(), local(rate, clock), Schedulers.parallel());
    }

    private static RedisProperties redis(QueryLimitProperties properties) {
      return Objects.requireNonNull(properties.shared()).redis();
    }
  }
}
