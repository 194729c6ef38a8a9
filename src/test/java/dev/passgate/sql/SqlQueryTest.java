package dev.passgate.sql;

import static dev.passgate.sql.ScriptedTrino.failed;
import static dev.passgate.sql.ScriptedTrino.page;
import static dev.passgate.sql.ScriptedTrino.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.query.QueryEnd;
import dev.passgate.sql.format.ResultFormat;
import dev.passgate.testing.Poll;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class SqlQueryTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String ID = "20260101_000000_00001_abcde";

  private static final String COLUMNS =
      "{\"columns\":[{\"name\":\"n\",\"type\":\"bigint\","
          + "\"typeSignature\":{\"rawType\":\"bigint\",\"arguments\":[]}}],";

  private final ScriptedTrino trino = new ScriptedTrino();
  private final List<QueryEnd> outcomes = Collections.synchronizedList(new ArrayList<>());
  private final List<String> watched = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private int maxRowBytes = 1 << 20;
  private Duration retries = Duration.ofMinutes(2);
  private Duration stall = Duration.ofMinutes(2);

  private final QueryWatch watch =
      new QueryWatch() {
        @Override
        public void started(String queryId) {
          watched.add("started " + queryId);
        }

        @Override
        public void outcome(QueryEnd end) {
          outcomes.add(end);
        }

        @Override
        public void polled(String queryId) {
          watched.add("polled " + queryId);
        }

        @Override
        public void ended(String queryId) {
          watched.add("ended " + queryId);
        }
      };

  /** Each holds a connection. */
  @AfterEach
  void leavesNoPageOpen() {
    Poll.until("no page to be open", LIMIT, () -> trino.open().isEmpty());
  }

  private static SqlRequest request(@Nullable Long size, @Nullable Duration timeout) {
    return new SqlRequest("select n", size, null, null, null, Map.of(), timeout, true, null);
  }

  private Flux<String> run(ResultFormat format, SqlRequest request) {
    return new SqlQuery(
            trino,
            request,
            format.open(),
            watch,
            new SqlQuery.Limits(maxRowBytes, Duration.ofSeconds(15), retries, stall),
            now::get)
        .run()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private Flux<String> lines() {
    return run(ResultFormat.NDJSON, request(null, null));
  }

  private static String all(Flux<String> answer) {
    return String.join("", answer.collectList().block(LIMIT));
  }

  private void assertCalls(String... calls) {
    Poll.until("the calls", LIMIT, () -> trino.calls().size() >= calls.length);
    assertThat(trino.calls()).containsExactly(calls);
  }

  @Test
  void sendsTheRowsOfEveryPage() {
    trino
        .then(200, waiting("1"))
        .then(200, page("2", "1", "2"))
        .then(200, page("3", "3"))
        .then(200, page(null, "4"));

    assertThat(all(lines())).isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n");
    assertCalls("POST select n", "GET 1", "GET 2", "GET 3");
    assertThat(watched)
        .containsExactly(
            "started " + ID, "polled " + ID, "polled " + ID, "polled " + ID, "ended " + ID);
  }

  @Test
  void sendsRowsBeforeTheirPageEnds() {
    Sinks.Many<String> body = Sinks.many().unicast().onBackpressureBuffer();
    String page = page(null, "1", "2");
    trino.then(200, waiting("1")).then(() -> Mono.just(ScriptedTrino.answer(200, body.asFlux())));
    List<String> seen = Collections.synchronizedList(new ArrayList<>());

    Disposable running = lines().subscribe(seen::add);
    body.tryEmitNext(page.substring(0, page.indexOf("[2]"))).orThrow();

    Poll.until("the first row", LIMIT, () -> seen.contains("{\"n\":1}\n"));
    running.dispose();
  }

  @Test
  void asksForNoPageThatNobodyTakes() {
    trino.then(200, page("1", "1")).then(200, page("2", "2")).then(200, page(null, "3"));
    List<String> seen = new ArrayList<>();
    AtomicReference<Subscription> demand = new AtomicReference<>();

    lines()
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                demand.set(subscription);
                subscription.request(1);
              }

              @Override
              protected void hookOnNext(String line) {
                seen.add(line);
              }
            });

    Poll.until("the first row", LIMIT, () -> !seen.isEmpty());
    // One page may be on its way.
    assertThat(trino.calls()).hasSizeLessThanOrEqualTo(2);
    demand.get().request(10);
    Poll.until("all rows", LIMIT, () -> seen.size() == 3);
    assertThat(trino.calls()).hasSize(3);
  }

  @Test
  void asksAgainForAPageThatCannotBeHadNow() {
    trino
        .then(200, page("1", "1"))
        .then(503, "not now")
        .thenFail(new TrinoException("broken", new IllegalStateException()))
        .then(429, "slower")
        .then(200, page(null, "2"));

    assertThat(all(lines())).isEqualTo("{\"n\":1}\n{\"n\":2}\n");
    assertCalls("POST select n", "GET 1", "GET 1", "GET 1", "GET 1");
  }

  @Test
  void cancelsTheQueryWhenThereAreRowsEnough() {
    trino.then(200, page("1", "1", "2", "3"));

    assertThat(all(run(ResultFormat.NDJSON, request(2L, null))))
        .isEqualTo("{\"n\":1}\n{\"n\":2}\n");
    assertCalls("POST select n", "DELETE 1");
    Poll.until("the end to be noticed", LIMIT, () -> watched.contains("ended " + ID));
  }

  @Test
  void leavesAQueryAloneThatHasEnded() {
    trino.then(200, page(null, "1", "2", "3"));

    assertThat(all(run(ResultFormat.NDJSON, request(3L, null))).lines()).hasSize(3);
    assertCalls("POST select n");
  }

  @Test
  void cancelsTheQueryOfACallerWhoLeaves() {
    trino.then(200, page("1", "1")).then(Mono::never);

    Disposable running = lines().subscribe();
    Poll.until("the poll", LIMIT, () -> trino.calls().size() == 2);
    running.dispose();

    assertCalls("POST select n", "GET 1", "DELETE 1");
  }

  @Test
  void cancelsTheQueryOfACallerWhoLeavesBeforeItWasTaken() {
    Sinks.One<String> body = Sinks.one();
    trino.then(() -> Mono.just(ScriptedTrino.answer(200, body.asMono().flux())));

    Disposable running = lines().subscribe();
    running.dispose();
    body.tryEmitValue(waiting("1")).orThrow();

    assertCalls("POST select n", "DELETE 1");
  }

  @Test
  void triesAgainToCancel() {
    trino.then(200, page("1", "1", "2")).deletes(Mono.error(new TrinoException("broken")));

    all(run(ResultFormat.NDJSON, request(1L, null)));

    assertCalls("POST select n", "DELETE 1", "DELETE 1", "DELETE 1");
  }

  @Test
  void failsWithTrinosWordsBeforeTheFirstByte() {
    trino.then(200, waiting("1")).then(200, failed("SYNTAX_ERROR", "USER_ERROR"));

    assertThatThrownBy(() -> all(lines()))
        .isInstanceOfSatisfying(
            QueryFailedException.class,
            e -> {
              assertThat(e.error().name()).isEqualTo("SYNTAX_ERROR");
              assertThat(e.error().line()).isEqualTo(2);
              assertThat(e.error().column()).isEqualTo(3);
              assertThat(e.error().queryId()).isEqualTo(ID);
            });
    assertCalls("POST select n", "GET 1");
  }

  @ParameterizedTest
  @EnumSource(ResultFormat.class)
  void failsBeforeTheFirstRowWithAStatusThoughItsColumnsAreKnown(ResultFormat format) {
    trino
        .then(200, page("1").replace("\"data\":[[]],", ""))
        .then(200, failed("DIVISION_BY_ZERO", "USER_ERROR"));

    SqlRequest quiet =
        new SqlRequest("select n", null, null, null, null, Map.of(), null, false, null);
    assertThatThrownBy(() -> all(run(format, quiet))).isInstanceOf(QueryFailedException.class);
  }

  @ParameterizedTest
  @EnumSource(ResultFormat.class)
  void breaksTheAnswerWhereAFailureComesAfterRows(ResultFormat format) {
    trino
        .then(200, page("1", "1"))
        .then(200, failed("EXCEEDED_LOCAL_MEMORY_LIMIT", "INSUFFICIENT_RESOURCES"));
    List<String> seen = new ArrayList<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();

    run(format, request(null, null))
        .doOnNext(seen::add)
        .onErrorComplete(
            e -> {
              failure.set(e);
              return true;
            })
        .blockLast(LIMIT);

    String text = String.join("", seen);
    if (format == ResultFormat.EVENT_STREAM) {
      assertThat(failure.get()).isNull();
    } else {
      assertThat(failure.get()).isInstanceOf(QueryFailedException.class);
    }
    if (format != ResultFormat.ARROW) {
      assertThat(text).contains("1", "EXCEEDED_LOCAL_MEMORY_LIMIT", "it broke");
      assertThat(text).doesNotContain("complete").doesNotEndWith("]}\n");
    }
  }

  @Test
  void failsWhereTheCallerMayHaveNoMore() {
    trino
        .then(200, page("1", "1"))
        .thenFail(new AccessEndedException("the token has expired", new IllegalStateException()));

    assertThat(all(run(ResultFormat.EVENT_STREAM, request(null, null))))
        .contains("\"n\":1", "ACCESS_ENDED", "the token has expired");
    assertCalls("POST select n", "GET 1", "DELETE 1");
  }

  @Test
  void endsAtTheTimeoutWhateverItWaitsFor() {
    trino.then(Mono::never);

    assertThatThrownBy(() -> all(lates()))
        .isInstanceOfSatisfying(
            QueryFailedException.class,
            e -> assertThat(e.error().name()).isEqualTo("EXCEEDED_TIME_LIMIT"));
  }

  @Test
  void endsAtTheTimeoutAmidAPage() {
    trino
        .then(200, page("1", "1"))
        .then(
            () ->
                Mono.just(
                    ScriptedTrino.answer(200, Flux.concat(Mono.just("{\"id\":"), Mono.never()))));

    String events = all(lates());

    assertThat(events).contains("\"n\":1", "EXCEEDED_TIME_LIMIT");
    assertCalls("POST select n", "GET 1", "DELETE 1");
  }

  private Flux<String> lates() {
    return run(ResultFormat.EVENT_STREAM, request(null, Duration.ofMillis(50)));
  }

  /** With the last part the answer is whole, even if the time ends while it is passed on. */
  @Test
  void isNotLateWithTheLastPart() {
    VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    try {
      trino.then(200, waiting("1")).then(200, page(null, "1"));
      String answer =
          all(
              run(ResultFormat.EVENT_STREAM, request(null, Duration.ofSeconds(1)))
                  .doOnNext(
                      text -> {
                        if (text.contains("complete")) {
                          time.advanceTimeBy(Duration.ofSeconds(2));
                        }
                      }));

      assertThat(answer).endsWith("{\"type\":\"complete\"}\n\n").doesNotContain("error");
    } finally {
      VirtualTimeScheduler.reset();
    }
  }

  @Test
  void cancelsAQueryThatIsTakenTooLate() {
    Sinks.One<String> body = Sinks.one();
    trino.then(() -> Mono.just(ScriptedTrino.answer(200, body.asMono().flux())));

    assertThatThrownBy(() -> all(lates())).isInstanceOf(QueryFailedException.class);
    body.tryEmitValue(waiting("1")).orThrow();

    assertCalls("POST select n", "DELETE 1");
  }

  @Test
  void endsTheQueryOfACallerWhoTakesNothing() {
    stall = Duration.ofMillis(40);
    trino.then(200, page("1", "1")).then(200, page("2", "2")).then(Mono::never);

    lines()
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
              }

              @Override
              protected void hookOnError(Throwable throwable) {
                // The answer is cut.
              }
            });

    Poll.until(
        "the query to be cancelled",
        LIMIT,
        () -> trino.calls().stream().anyMatch(call -> call.startsWith("DELETE ")));
    assertThat(watched).contains("polled " + ID);
  }

  @Test
  void lastsAsLongAsItsCallerWaits() {
    stall = Duration.ofMillis(40);
    trino
        .then(200, page("1", "1"))
        .then(
            () ->
                Mono.delay(Duration.ofMillis(400))
                    .thenReturn(ScriptedTrino.answer(200, Flux.just(page(null, "2")))));

    assertThat(all(lines())).isEqualTo("{\"n\":1}\n{\"n\":2}\n");
  }

  @Test
  void tellsNoProgressOfAStatementThatMayBeWrong() {
    trino.then(200, waiting("1")).then(200, failed("SYNTAX_ERROR", "USER_ERROR"));

    assertThatThrownBy(() -> all(run(ResultFormat.EVENT_STREAM, request(null, null))))
        .isInstanceOf(QueryFailedException.class);
  }

  @Test
  void triesForAPageNoLongerThanItMay() {
    retries = Duration.ofMillis(50);
    trino.then(200, page("1", "1"));
    for (int i = 0; i < 10; i++) {
      trino.then(503, "not now");
    }

    assertThat(all(run(ResultFormat.EVENT_STREAM, request(null, null))))
        .contains("\"n\":1", "CLUSTER_UNAVAILABLE", "took too long");
    Poll.until("the query to be cancelled", LIMIT, () -> trino.calls().contains("DELETE 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "<html>",
        "{\"id\":",
        "{\"id\":\"x\",\"columns\":[{}],\"data\":[[1]]}",
        "{\"data\":[[1]]}",
        COLUMNS + "\"data\":[[1,2]]}",
        COLUMNS + "\"data\":[[1]]}trailing"
      })
  void failsOnPagesThatAreNone(String page) {
    trino.then(200, page);

    assertThatThrownBy(() -> all(lines()))
        .isInstanceOf(TrinoException.class)
        .hasMessageContaining("cluster");
  }

  @Test
  void failsOnARowThatIsTooLong() {
    maxRowBytes = 1024;
    trino.then(200, page("1", "1".repeat(2000)));

    assertThatThrownBy(() -> all(lines())).isInstanceOf(TrinoException.class);
    assertCalls("POST select n", "DELETE 1");
  }

  @Test
  void passesOnWhatTheClusterSaysOfARequestItRefuses() {
    trino.then(400, "Invalid X-Trino-Session");

    assertThatThrownBy(() -> all(lines()))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("Invalid X-Trino-Session");
  }

  @Test
  void boundsWhatTheClusterSays() {
    trino.then(400, "x".repeat(6 << 10), "y".repeat(6 << 10));

    assertThatThrownBy(() -> all(lines()))
        .isInstanceOf(BadRequestException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSize(8 << 10));
  }

  @Test
  void tellsAClusterThatIsBusyFromOneThatIsWrong() {
    trino.then(503, "");
    assertThatThrownBy(() -> all(lines()))
        .isInstanceOfSatisfying(TrinoException.class, e -> assertThat(e.isPassing()).isTrue());

    trino.then(401, "");
    assertThatThrownBy(() -> all(lines()))
        .isInstanceOfSatisfying(TrinoException.class, e -> assertThat(e.isPassing()).isFalse());
  }

  @Test
  void doesNotPostAgain() {
    trino.thenFail(new TimeoutException());

    assertThatThrownBy(() -> all(lines())).hasCauseInstanceOf(TimeoutException.class);
    assertCalls("POST select n");
  }

  @Test
  void tellsProgressAndLivesOn() {
    trino
        .then(200, page("1", "1"))
        .then(
            () -> {
              now.set(Instant.EPOCH.plusSeconds(20));
              return Mono.just(ScriptedTrino.answer(200, Flux.just(waiting("2"))));
            })
        .then(
            () -> {
              now.set(Instant.EPOCH.plusSeconds(40));
              return Mono.just(
                  ScriptedTrino.answer(
                      200,
                      Flux.just(waiting("3").replace(",\"stats\":{\"state\":\"QUEUED\"}", ""))));
            })
        .then(200, page(null, "2"));

    String events = all(run(ResultFormat.EVENT_STREAM, request(null, null)));

    assertThat(events)
        .contains("\"type\":\"progress\",\"state\":\"RUNNING\"", "\"rows\":7")
        .contains("\"state\":\"QUEUED\"")
        .contains("\n:\n\n");
  }
}
