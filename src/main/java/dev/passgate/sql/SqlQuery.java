package dev.passgate.sql;

import dev.passgate.protocol.PageReader;
import dev.passgate.protocol.PageReader.UnreadablePageException;
import dev.passgate.protocol.RowValues;
import dev.passgate.sql.TrinoCalls.Answer;
import dev.passgate.sql.format.ByteOutput;
import dev.passgate.sql.format.Column;
import dev.passgate.sql.format.QueryError;
import dev.passgate.sql.format.ResultWriter;
import dev.passgate.sql.format.UnreadableResultException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.retry.Retry;

/**
 * One statement, run and sent in one form. A page is asked for when the one before has been taken,
 * so who reads slowly is served slowly, and nothing is kept but what the writer holds of a row.
 * Whatever ends the answer before the query ends cancels it in Trino.
 */
public final class SqlQuery {

  private static final Logger log = LoggerFactory.getLogger(SqlQuery.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final long MAX_RETRIES = 40;
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(30);
  private static final Duration PROGRESS_PAUSE = Duration.ofMillis(500);

  /** What a refusal of the cluster's may have to say. */
  private static final int MAX_REFUSAL_BYTES = 8 << 10;

  /** Trino takes a statement with a page that has no rows ({@code QueuedStatementResource}). */
  private static final int MAX_FIRST_BYTES = 1 << 20;

  private static final byte[] NOTHING = {};

  /**
   * How a query is run.
   *
   * @param maxRowBytes the longest row, as JSON
   * @param heartbeat after how long without anything else one is sent
   * @param retries for how long a page that cannot be had is asked for
   */
  public record Limits(int maxRowBytes, Duration heartbeat, Duration retries) {}

  private final TrinoCalls trino;
  private final SqlRequest request;
  private final Map<String, String> headers;
  private final ResultWriter writer;
  private final QueryWatch watch;
  private final Limits limits;
  private final InstantSource clock;

  /** A time that runs out does so on another thread than pages are read on. */
  private final Object lock = new Object();

  private final ByteOutput out = new ByteOutput();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private volatile @Nullable String id;
  private volatile @Nullable String nextUri;
  private volatile boolean left;

  private @Nullable List<Column> columns;
  private boolean begun;
  private volatile boolean ended;
  private volatile boolean sent;
  private long rows;
  private Instant lastSent;
  private Instant lastProgress = Instant.MIN;

  /**
   * @param headers of the statement, beside those that say who asks
   */
  public SqlQuery(
      TrinoCalls trino,
      SqlRequest request,
      Map<String, String> headers,
      ResultWriter writer,
      QueryWatch watch,
      Limits limits,
      InstantSource clock) {
    this.trino = trino;
    this.request = request;
    this.headers = headers;
    this.writer = writer;
    this.watch = watch;
    this.limits = limits;
    this.clock = clock;
    this.lastSent = clock.instant();
  }

  /**
   * Runs the statement, once. Fails before the first element where there is nothing to send yet:
   * with a {@link QueryFailedException}, a {@link BadRequestException}, an {@link
   * AccessEndedException}, a {@link TrinoException}, or a {@link TimeoutException} of the cluster's;
   * and after elements only where the writer's form wants the answer cut.
   */
  public Flux<byte[]> run() {
    Flux<byte[]> parts =
        Flux.defer(() -> posted().flux())
            .concatWith(Flux.defer(this::page).repeat(() -> !ended))
            .takeUntil(_ -> ended);
    Flux<byte[]> inTime =
        request.timeout() == null
            ? parts
            : parts.takeUntilOther(Mono.delay(request.timeout()).then(Mono.error(this::late)));
    return inTime
        .filter(bytes -> bytes.length > 0)
        .doOnNext(
            _ -> {
              sent = true;
              lastSent = clock.instant();
            })
        .onErrorResume(this::failed)
        .doFinally(this::left);
  }

  /** Not cancelled with the caller: only who knows the answer can cancel the query. */
  private Mono<byte[]> posted() {
    CompletableFuture<byte @Nullable []> first =
        trino
            .post(request.statement(), headers)
            .flatMapMany(answer -> answer.status() == 200 ? read(answer) : refused(answer).flux())
            .reduce(SqlQuery::joined)
            .toFuture();
    return Mono.fromFuture(
            first.whenComplete(
                (_, _) -> {
                  if (left) {
                    cancel();
                  }
                }),
            true)
        .timeout(limits.retries());
  }

  private static byte[] joined(byte[] one, byte[] other) {
    if (one.length == 0 || other.length == 0) {
      return one.length == 0 ? other : one;
    }
    if (one.length + other.length > MAX_FIRST_BYTES) {
      throw new TrinoException("the Trino cluster sent too much before it could be asked for rows");
    }
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private Flux<byte[]> page() {
    String uri = nextUri;
    if (uri == null || ended) {
      return Flux.empty();
    }
    Mono<Answer> answered =
        trino
            .get(uri)
            .flatMap(
                answer ->
                    isPassing(answer.status())
                        ? discard(answer).then(Mono.error(unavailable(answer.status())))
                        : Mono.just(answer))
            .retryWhen(
                Retry.backoff(MAX_RETRIES, FIRST_PAUSE)
                    .maxBackoff(LONGEST_PAUSE)
                    .filter(TrinoException.class::isInstance)
                    .onRetryExhaustedThrow((_, signal) -> signal.failure()))
            .timeout(limits.retries());
    return answered.flatMapMany(
        answer -> answer.status() == 200 ? read(answer) : refused(answer).flux());
  }

  /** What Trino's clients ask again after. */
  private static boolean isPassing(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  private static TrinoException unavailable(int status) {
    return new TrinoException("the Trino cluster answers with " + status, isPassing(status));
  }

  private static Mono<Void> discard(Answer answer) {
    return answer.body().then();
  }

  private Flux<byte[]> read(Answer answer) {
    Page page = new Page(this::row);
    PageReader reader = new PageReader(page, limits.maxRowBytes());
    return answer.body().takeUntil(_ -> ended)
        .map(
            bytes ->
                taken(
                    () -> {
                      try {
                        reader.read(bytes, 0, bytes.length);
                      } finally {
                        // Also of a page that cannot be read on: the query is to be cancelled.
                        note(page);
                      }
                      begin(false);
                    }))
        .concatWith(
            Mono.fromSupplier(
                () ->
                    taken(
                        () -> {
                          reader.end();
                          finish(page);
                          if (begun && !ended) {
                            writer.flush(out);
                          }
                        })));
  }

  /** What a step writes; after the end there is no step. */
  private byte[] taken(Runnable step) {
    synchronized (lock) {
      if (ended) {
        return NOTHING;
      }
      step.run();
      return out.take();
    }
  }

  /** What is known of the query as soon as the page has said it. */
  private void note(Page page) {
    if (id == null && page.id() != null) {
      id = page.id();
      watch.started(page.id());
    }
    if (page.nextUri() != null) {
      nextUri = page.nextUri();
    }
    if (columns == null && page.columns() != null) {
      columns = page.columns();
    }
  }

  private void begin(boolean last) {
    if (!begun && (columns != null || last)) {
      begun = true;
      writer.begin(columns == null ? List.of() : columns, out);
    }
  }

  private void row(Page page, RowValues values) {
    if (ended) {
      return;
    }
    if (!begun) {
      note(page);
      begin(false);
    }
    if (!begun) {
      throw new TrinoException("the Trino cluster sent rows before their columns");
    }
    writer.row(values, out);
    rows++;
    if (request.size() != null && rows == request.size()) {
      complete();
    }
  }

  private void complete() {
    ended = true;
    begin(true);
    writer.complete(out);
  }

  private void finish(Page page) {
    QueryError error = page.error();
    String known = id;
    if (page.nextUri() == null) {
      nextUri = null;
      if (known != null) {
        watch.ended(known);
      }
    } else if (known != null) {
      watch.polled(known);
    }
    if (error != null) {
      throw new QueryFailedException(error);
    }
    if (page.nextUri() == null) {
      if (!ended) {
        complete();
      }
      return;
    }
    tell(page);
  }

  private void tell(Page page) {
    Instant now = clock.instant();
    if (request.progress()
        && page.progress() != null
        && !now.isBefore(lastProgress.plus(PROGRESS_PAUSE))) {
      lastProgress = now;
      writer.progress(page.progress(), out);
    }
    if (out.size() == 0 && now.isAfter(lastSent.plus(limits.heartbeat()))) {
      writer.heartbeat(out);
    }
  }

  private QueryError userError(String name, String message) {
    return new QueryError(message, 0, name, "USER_ERROR", null, null, id);
  }

  private Mono<byte[]> refused(Answer answer) {
    return answer
        .body()
        .reduce(
            new ByteOutput(),
            (text, bytes) -> {
              text.write(bytes, 0, Math.min(bytes.length, MAX_REFUSAL_BYTES - text.size()));
              return text;
            })
        .flatMap(
            text -> {
              String said = new String(text.take(), StandardCharsets.UTF_8).strip();
              if (answer.status() == 400) {
                return Mono.error(
                    new BadRequestException(
                        said.isEmpty() ? "the Trino cluster refused the request" : said));
              }
              if (answer.status() == 403) {
                return Mono.error(
                    new QueryFailedException(
                        userError(
                            "PERMISSION_DENIED",
                            said.isEmpty() ? "the Trino cluster refused the user" : said)));
              }
              return Mono.error(unavailable(answer.status()));
            });
  }

  /** Sends what went wrong, where something was sent already. */
  private Flux<byte[]> failed(Throwable failure) {
    synchronized (lock) {
      ended = true;
      if (!sent) {
        return Flux.error(beforeAnything(failure));
      }
      QueryError error = error(failure);
      out.take();
      writer.fail(error, out);
      byte[] last = out.take();
      Flux<byte[]> told = last.length == 0 ? Flux.empty() : Flux.just(last);
      return writer.cutsOnFailure()
          ? told.concatWith(Mono.error(new QueryFailedException(error)))
          : told;
    }
  }

  private Throwable beforeAnything(Throwable failure) {
    return switch (failure) {
      case UnreadablePageException unreadable -> new TrinoException(unreadable(unreadable));
      case UnreadableResultException unreadable -> new TrinoException(unreadable(unreadable));
      default -> failure;
    };
  }

  private QueryError error(Throwable failure) {
    return switch (failure) {
      case QueryFailedException told -> told.error();
      case AccessEndedException told -> userError("ACCESS_ENDED", said(told));
      case TimeoutException _ -> broken("the Trino cluster took too long to answer");
      case BadRequestException told -> broken(said(told));
      case TrinoException told -> broken(said(told));
      case UnreadablePageException told -> broken(unreadable(told));
      case UnreadableResultException told -> broken(unreadable(told));
      default -> {
        log.error("a query failed unexpectedly", failure);
        yield broken("unexpected failure of the gateway");
      }
    };
  }

  private static String unreadable(UnreadablePageException failure) {
    return "the Trino cluster sent a page that cannot be read: " + said(failure);
  }

  private static String unreadable(UnreadableResultException failure) {
    return "the Trino cluster sent a result that cannot be passed on: " + said(failure);
  }

  private static String said(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "the Trino cluster broke off");
  }

  private QueryFailedException late() {
    return new QueryFailedException(
        userError("EXCEEDED_TIME_LIMIT", "the query took longer than the request's timeout"));
  }

  private QueryError broken(String message) {
    return new QueryError(message, 0, "CLUSTER_UNAVAILABLE", "EXTERNAL", null, null, id);
  }

  /** However the answer ended: where the query has not, nobody will ask for its rows. */
  private void left(SignalType signal) {
    left = true;
    cancel();
  }

  private void cancel() {
    String uri = nextUri;
    if (uri == null || !cancelled.compareAndSet(false, true)) {
      return;
    }
    String known = id;
    trino
        .delete(uri)
        .timeout(CANCEL_LIMIT)
        .retryWhen(Retry.backoff(2, FIRST_PAUSE))
        .subscribe(
            null,
            failure -> log.warn("query {} could not be cancelled: {}", known, failure.toString()),
            () -> {
              if (known != null) {
                watch.ended(known);
              }
            });
  }
}
