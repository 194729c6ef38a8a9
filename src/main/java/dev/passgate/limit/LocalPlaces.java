package dev.passgate.limit;

import dev.passgate.protocol.QueryId;
import dev.passgate.query.CountedUser;
import dev.passgate.query.RunningQueries;
import dev.passgate.query.RunningQueries.Reservation;
import reactor.core.publisher.Mono;

/** Places by the queries that this replica knows of. */
final class LocalPlaces implements UserPlaces {

  private final RunningQueries queries;
  private final int limit;

  LocalPlaces(RunningQueries queries, int limit) {
    this.queries = queries;
    this.limit = limit;
  }

  @Override
  public Mono<Admission> take(CountedUser user) {
    return Mono.fromSupplier(() -> takeNow(user));
  }

  Admission takeNow(CountedUser user) {
    Reservation reservation = queries.reserve(user, limit);
    return reservation == null
        ? Admission.Limited.running(queries.ofUser(user), limit)
        : new Admission.Admitted(new Reserved(reservation));
  }

  private record Reserved(Reservation reservation) implements Place {

    @Override
    public void started(QueryId id, String cluster) {
      reservation.started(id, cluster);
    }

    @Override
    public void close() {
      reservation.close();
    }
  }
}
