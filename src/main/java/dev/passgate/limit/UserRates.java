package dev.passgate.limit;

import dev.passgate.query.CountedUser;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Counts the queries that each user starts. */
interface UserRates {

  /**
   * Counts one more query if it may start. Emits exactly one value, and no error.
   *
   * @return zero where it may, else how long it is until one may
   */
  Mono<Duration> take(CountedUser user);
}
