package dev.passgate.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.protocol.QueryId;
import dev.passgate.query.RunningQueries.Reservation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunningQueriesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final CountedUser ALICE = new CountedUser("acme", "alice");
  private static final CountedUser BOB = new CountedUser("acme", "bob");

  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
  private final RecordedEvents events = new RecordedEvents();
  private final RunningQueries queries = new RunningQueries(clock, events);

  private static final class RecordedEvents implements QueryEvents {

    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

    @Override
    public void running(QueryId id, CountedUser user) {
      told.add(user.user() + " runs " + id.value().substring(16, 21));
    }

    @Override
    public void ended(QueryId id, CountedUser user) {
      told.add(user.user() + " ended " + id.value().substring(16, 21));
    }
  }

  private static CountedUser user(int number) {
    return new CountedUser("acme", "user" + number);
  }

  private static QueryId id(int number) {
    return new QueryId(String.format("20260101_000000_%05d_abcde", number));
  }

  private void pass(Duration time) {
    millis.addAndGet(time.toMillis());
    queries.cleanUp();
  }

  private void assertCounts(int onMain, int ofAlice) {
    assertThat(queries.onCluster("main")).isEqualTo(onMain);
    assertThat(queries.ofUser(ALICE)).isEqualTo(ofAlice);
  }

  @Test
  void countsWhatStartsAndEnds() {
    assertCounts(0, 0);

    queries.seen(id(1), "main", ALICE);
    queries.seen(id(2), "main", BOB);
    queries.seen(id(3), "other", ALICE);
    assertCounts(2, 2);

    queries.ended(id(1), ALICE);
    assertCounts(1, 1);

    queries.ended(id(1), ALICE);
    queries.ended(id(9), ALICE);
    assertCounts(1, 1);
  }

  @Test
  void countsAQueryOnceHoweverOftenItIsSeen() {
    queries.seen(id(1), "main", ALICE);
    queries.seen(id(1), "main", ALICE);

    assertCounts(1, 1);
  }

  @Test
  void learnsOfQueriesThatStartedElsewhere() {
    queries.seen(id(1), "main", ALICE);

    assertCounts(1, 1);
  }

  @Test
  void leavesAQueryWithWhoeverStartedIt() {
    queries.seen(id(1), "main", ALICE);
    queries.seen(id(1), "other", BOB);

    assertCounts(1, 1);
    assertThat(queries.ofUser(BOB)).isZero();
    assertThat(queries.onCluster("other")).isZero();
  }

  @Test
  void forgetsWhatNobodyAsksForAnyMore() {
    queries.seen(id(1), "main", ALICE);
    queries.seen(id(2), "main", ALICE);

    pass(RunningQueries.IDLE.dividedBy(2));
    queries.seen(id(2), "main", ALICE);
    pass(RunningQueries.IDLE.dividedBy(2).plusSeconds(1));
    assertCounts(1, 1);

    pass(RunningQueries.IDLE);
    assertCounts(0, 0);
  }

  @Test
  void countsAQueryAgainThatComesBackAfterItWasForgotten() {
    queries.seen(id(1), "main", ALICE);
    millis.addAndGet(RunningQueries.IDLE.toMillis() + 1);
    queries.seen(id(1), "main", ALICE);

    assertCounts(1, 1);
  }

  @Test
  void remembersOnlySoMany() {
    RunningQueries few = new RunningQueries(clock, events, 100);

    for (int i = 0; i < 10_000; i++) {
      few.seen(id(i), "main", user(i % 7));
    }

    assertThat(few.size()).isBetween(1L, 100L);
    assertThat(few.onCluster("main")).isEqualTo((int) few.size());
    assertThat(IntStream.range(0, 7).map(i -> few.ofUser(user(i))).sum())
        .isEqualTo((int) few.size());
  }

  @Test
  void keepsPlacesForQueriesThatAreAboutToStart() {
    Reservation first = reserve(ALICE, 2);
    Reservation second = reserve(ALICE, 2);
    assertThat(queries.reserve(ALICE, 2)).isNull();
    assertThat(queries.reserve(BOB, 2)).isNotNull();
    assertCounts(0, 2);

    first.started(id(1), "main");
    first.close();
    assertCounts(1, 2);
    assertThat(queries.reserve(ALICE, 2)).isNull();

    second.close();
    second.close();
    assertCounts(1, 1);
    assertThat(queries.reserve(ALICE, 2)).isNotNull();
  }

  @Test
  void takesNoTwoPlacesForAQueryThatWasSeenBeforeItsStart() {
    Reservation place = reserve(ALICE, 2);
    queries.seen(id(1), "main", ALICE);
    place.started(id(1), "main");
    place.close();

    assertCounts(1, 1);
  }

  private Reservation reserve(CountedUser user, int limit) {
    return Objects.requireNonNull(queries.reserve(user, limit));
  }

  @Test
  void tellsOthersNowAndThen() {
    queries.seen(id(1), "main", ALICE);
    queries.seen(id(1), "main", BOB);
    pass(RunningQueries.TELL_EVERY.minusMillis(1));
    queries.seen(id(1), "main", ALICE);
    assertThat(events.told).containsExactly("alice runs 00001");

    pass(Duration.ofMillis(1));
    queries.seen(id(1), "main", ALICE);
    queries.seen(id(1), "main", ALICE);
    assertThat(events.told).hasSize(2);

    queries.ended(id(1), BOB);
    queries.ended(id(2), BOB);
    assertThat(events.told)
        .containsExactly(
            "alice runs 00001", "alice runs 00001", "alice ended 00001", "bob ended 00002");
  }

  @Test
  void tellsNobodyThatAQueryEndedOfWhichNothingIsHeard() {
    queries.seen(id(1), "main", ALICE);
    pass(RunningQueries.IDLE.plusSeconds(1));

    assertThat(events.told).containsExactly("alice runs 00001");
  }

  @Test
  void neverLetsMoreInThanThereArePlaces() {
    AtomicInteger most = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger ids = new AtomicInteger();

    together(
        _ -> {
          Reservation place = queries.reserve(ALICE, 5);
          if (place != null) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            QueryId id = id(ids.incrementAndGet());
            place.started(id, "main");
            place.close();
            now.decrementAndGet();
            queries.ended(id, ALICE);
          }
        });

    assertThat(most).hasValueBetween(1, 5);
    assertCounts(0, 0);
  }

  @Test
  void keepsCountsAndEntriesInStep() {
    RunningQueries few = new RunningQueries(clock, events, 50);

    together(
        random -> {
          QueryId id = id(random.nextInt(200));
          String cluster = "cluster" + random.nextInt(3);
          CountedUser user = user(random.nextInt(5));
          switch (random.nextInt(6)) {
            case 1 -> few.ended(id, user);
            case 2 -> millis.addAndGet(random.nextInt(5_000));
            case 3 -> {
              try (Reservation place = few.reserve(user, 40)) {
                if (place != null && random.nextBoolean()) {
                  place.started(id, cluster);
                }
              }
            }
            default -> few.seen(id, cluster, user);
          }
        });

    int entries = (int) few.size();
    assertThat(IntStream.range(0, 3).map(i -> few.onCluster("cluster" + i)).sum())
        .isEqualTo(entries);
    assertThat(IntStream.range(0, 5).map(i -> few.ofUser(user(i))).sum()).isEqualTo(entries);

    IntStream.range(0, 200).forEach(i -> few.ended(id(i), CountedUser.NOBODY));
    assertThat(few.size()).isZero();
    assertThat(IntStream.range(0, 3).map(i -> few.onCluster("cluster" + i)).sum()).isZero();
  }

  private interface Step {
    void run(Random random);
  }

  private static void together(Step step) {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random random = new Random(i);
        running.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int j = 0; j < 20_000; j++) {
                    step.run(random);
                  }
                },
                threads));
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
          .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
          .join();
    }
  }
}
