package dev.passgate.limit;

import dev.passgate.limit.Admission.Admitted;
import dev.passgate.limit.Admission.Limited;
import dev.passgate.protocol.QueryId;
import dev.passgate.query.CountedUser;
import dev.passgate.query.RunningQueries;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Places by the queries that all replicas know of. Where Redis does not answer in time, by those
 * that this one knows of: a limit that is less exact for a while harms less than no queries.
 */
final class SharedPlaces implements UserPlaces {

  private final SharedQueries shared;
  private final RunningQueries queries;
  private final LocalPlaces local;
  private final int limit;
  private final Scheduler scheduler;

  /**
   * @param scheduler where requests go on, so that they do not take up the threads of the
   *     connection to Redis
   */
  SharedPlaces(SharedQueries shared, RunningQueries queries, int limit, Scheduler scheduler) {
    this.shared = shared;
    this.queries = queries;
    this.local = new LocalPlaces(queries, limit);
    this.limit = limit;
    this.scheduler = scheduler;
  }

  @Override
  public Mono<Admission> take(CountedUser user) {
    return Mono.defer(
        () -> {
          Taken place = new Taken(user, "new-" + UUID.randomUUID());
          CompletableFuture<Admission> taken =
              shared
                  .take(user, limit, place.name)
                  .handle(
                      (running, failure) -> {
                        if (failure != null) {
                          // Redis may have taken it all the same.
                          place.close();
                          return local.takeNow(user);
                        }
                        return running == 0
                            ? new Admitted(place)
                            : Limited.running(Math.toIntExact(running), limit);
                      });
          return Mono.fromFuture(taken, true)
              .doOnCancel(
                  () -> {
                    var _ = taken.thenAccept(SharedPlaces::giveBack);
                  })
              .publishOn(scheduler);
        });
  }

  private static void giveBack(Admission admission) {
    if (admission instanceof Admitted admitted) {
      admitted.place().close();
    }
  }

  private final class Taken implements Place {

    private final CountedUser user;
    private final String name;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Taken(CountedUser user, String name) {
      this.user = user;
      this.name = name;
    }

    @Override
    public void started(QueryId id, String cluster) {
      if (open.compareAndSet(true, false)) {
        shared.name(user, name, id);
      }
      queries.seen(id, cluster, user);
    }

    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        shared.giveBack(user, name);
      }
    }
  }
}
