package dev.passgate.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.passgate.count.Counts;
import dev.passgate.protocol.QueryId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The queries that run as far as this replica knows, from the answers that pass through it. Another
 * replica's queries are known from their polls, and their end only where it passes here too.
 *
 * <p>The counts move with the entries, whatever removes one: each is added to while the entry is
 * made, and taken from by the thread that removes it. Thread-safe, and nothing blocks.
 */
public final class RunningQueries {

  /**
   * How long a query counts of which nothing is heard. Trino's clients poll at once, or send a
   * heartbeat every 30 s while a person reads: three of these are missed by nobody who is there.
   */
  public static final Duration IDLE = Duration.ofSeconds(90);

  /** How often at most it is told that a query goes on. */
  public static final Duration TELL_EVERY = Duration.ofSeconds(10);

  /** Some 30 MB at most. Of more queries some are not counted. */
  static final int MAX_QUERIES = 100_000;

  private record Query(String cluster, CountedUser user, AtomicLong tellAt) {}

  private final Counts<String> byCluster = new Counts<>();
  private final Counts<CountedUser> byUser = new Counts<>();
  private final Cache<QueryId, Query> queries;
  private final InstantSource clock;
  private final QueryEvents events;

  public RunningQueries(InstantSource clock, QueryEvents events) {
    this(clock, events, MAX_QUERIES);
  }

  RunningQueries(InstantSource clock, QueryEvents events, int maxQueries) {
    this.clock = clock;
    this.events = events;
    this.queries =
        Caffeine.newBuilder()
            .maximumSize(maxQueries)
            .expireAfterAccess(IDLE)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .<QueryId, Query>removalListener((_, query, _) -> forget(Objects.requireNonNull(query)))
            .build();
  }

  /**
   * Takes a place for a query that is about to start, so that queries that start at the same time
   * cannot be more than allowed.
   *
   * @param limit how many queries of the user may run, this one included
   * @return null where as many run
   */
  public @Nullable Reservation reserve(CountedUser user, int limit) {
    return byUser.addBelow(user, limit) ? new Reservation(user) : null;
  }

  /**
   * A query runs. One that is not known, as it starts now or began at another replica, is known
   * from now on. Of one that is, nothing changes: it stays with whoever it was first told of.
   *
   * @param cluster the name of the cluster that has it
   * @param user who it counts for
   */
  public void seen(QueryId id, String cluster, CountedUser user) {
    note(id, cluster, user, false);
  }

  /**
   * A query has ended.
   *
   * @param user who it counts for if it is not known here, as all of it was at other replicas
   * @return whether it was known here
   */
  public boolean ended(QueryId id, CountedUser user) {
    Query query = queries.asMap().remove(id);
    events.ended(id, query == null ? user : query.user());
    return query != null;
  }

  /** How many queries run on a cluster. */
  public int onCluster(String cluster) {
    return byCluster.of(cluster);
  }

  /** How many queries of a user run or are about to. */
  public int ofUser(CountedUser user) {
    return byUser.of(user);
  }

  /**
   * @param reserved whether the user's count has it already
   */
  private void note(QueryId id, String cluster, CountedUser user, boolean reserved) {
    boolean[] added = new boolean[1];
    Query query =
        queries
            .asMap()
            .compute(
                id,
                (_, known) -> {
                  if (known != null) {
                    return known;
                  }
                  added[0] = true;
                  byCluster.add(cluster);
                  if (!reserved) {
                    byUser.add(user);
                  }
                  return new Query(cluster, user, new AtomicLong(Long.MIN_VALUE));
                });
    if (reserved && !added[0]) {
      byUser.subtract(user);
    }
    tell(id, Objects.requireNonNull(query));
  }

  private void tell(QueryId id, Query query) {
    long now = clock.millis();
    long due = query.tellAt().get();
    if (now >= due && query.tellAt().compareAndSet(due, now + TELL_EVERY.toMillis())) {
      events.running(id, query.user());
    }
  }

  private void forget(Query query) {
    byCluster.subtract(query.cluster());
    byUser.subtract(query.user());
  }

  /** Forgets at once what has been idle for too long, which otherwise happens by the way. */
  void cleanUp() {
    queries.cleanUp();
  }

  /** How many queries are known. */
  long size() {
    queries.cleanUp();
    return queries.estimatedSize();
  }

  /** A place for a query that has no id yet. */
  public final class Reservation implements AutoCloseable {

    private final CountedUser user;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Reservation(CountedUser user) {
      this.user = user;
    }

    /** The place is the query's from now on. */
    public void started(QueryId id, String cluster) {
      note(id, cluster, user, open.compareAndSet(true, false));
    }

    /** Gives the place back, unless a query has it. */
    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        byUser.subtract(user);
      }
    }
  }
}
