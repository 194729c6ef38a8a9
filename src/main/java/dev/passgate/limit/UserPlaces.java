package dev.passgate.limit;

import dev.passgate.query.CountedUser;
import reactor.core.publisher.Mono;

/** Counts the queries of each user that run. */
interface UserPlaces {

  /** Takes a place, or says that there is none. Emits exactly one value, and no error. */
  Mono<Admission> take(CountedUser user);
}
