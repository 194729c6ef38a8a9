package dev.passgate.limit;

import dev.passgate.limit.Admission.Admitted;
import dev.passgate.limit.Admission.Limited;
import dev.passgate.query.CountedUser;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides whether a user may start another query. Thread-safe. */
public final class QueryLimits {

  private final UserPlaces places;
  private final QueryLimitProperties.@Nullable Rate rate;
  private final @Nullable UserRates rates;
  private final LimitMetrics metrics;

  /**
   * @param rate what {@code rates} counts against; null with it for any number
   */
  QueryLimits(
      UserPlaces places,
      QueryLimitProperties.@Nullable Rate rate,
      @Nullable UserRates rates,
      LimitMetrics metrics) {
    this.places = places;
    this.rate = rate;
    this.rates = rates;
    this.metrics = metrics;
  }

  /**
   * Asks for a place for a query of a user. A query that finds none does not count as a new one.
   * Never fails; a place that nobody waits for any more is given back.
   *
   * @param user who it would count for
   */
  public Mono<Admission> admit(CountedUser user) {
    return places
        .take(user)
        .flatMap(
            admission ->
                switch (admission) {
                  case Admitted admitted -> start(user, admitted);
                  case Limited limited -> Mono.just(limited);
                })
        .doOnNext(
            admission -> {
              if (admission instanceof Limited limited) {
                metrics.limited(limited.limit());
              }
            })
        // Who leaves between the taking of a place and its handing over cancels nothing any more.
        .doOnDiscard(Admitted.class, admitted -> admitted.place().close());
  }

  private Mono<Admission> start(CountedUser user, Admitted admitted) {
    if (rate == null || rates == null) {
      return Mono.just(admitted);
    }
    return rates
        .take(user)
        .<Admission>map(
            wait -> {
              if (wait.isZero()) {
                return admitted;
              }
              admitted.place().close();
              return Limited.starting(rate, wait);
            })
        .doOnCancel(admitted.place()::close);
  }
}
