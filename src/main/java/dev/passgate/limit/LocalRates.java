package dev.passgate.limit;

import dev.passgate.query.CountedUser;
import java.time.Duration;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/** Rates of the queries that start at this replica. */
final class LocalRates implements UserRates {

  private final KeyedRates<CountedUser> rates;

  LocalRates(QueryLimitProperties.Rate rate, InstantSource time) {
    this.rates = new KeyedRates<>(rate, time);
  }

  @Override
  public Mono<Duration> take(CountedUser user) {
    return Mono.fromSupplier(() -> takeNow(user));
  }

  Duration takeNow(CountedUser user) {
    return rates.take(user);
  }

  /** How many users are remembered. */
  long size() {
    return rates.size();
  }
}
