package dev.passgate.sql;

import dev.passgate.protocol.PageReader;
import dev.passgate.protocol.PageReader.UnreadablePageException;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.RowValues;
import dev.passgate.query.QueryEnd;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
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
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(30);

  /** Forms repeat names, escape, and gather a batch. */
  private static final long MAX_OUTPUT = 256 << 20;

  private static final int TICKS_OF_STALL = 4;
  private static final Duration PROGRESS_PAUSE = Duration.ofMillis(500);

  /** What a refusal of the cluster's may have to say. */
  private static final int MAX_REFUSAL_BYTES = 8 << 10;

  /** Trino takes a statement with a page that has no rows ({@code QueuedStatementResource}). */
  private static final int MAX_FIRST_BYTES = 1 << 20;

  /** Of {@code io.trino.execution.QueryState}: those after the statement was found right. */
  private static final Set<String> UNDER_WAY = Set.of("STARTING", "RUNNING", "FINISHING");

  private static final byte[] NOTHING = {};

  /**
   * How a query is run.
   *
   * @param maxRowBytes the longest row, as JSON
   * @param heartbeat after how long without anything else one is sent
   * @param retries for how long a page that cannot be had is asked for
   * @param stall for how long a caller may take nothing
   */
  public record Limits(int maxRowBytes, Duration heartbeat, Duration retries, Duration stall) {}

  private final TrinoCalls trino;
  private final SqlRequest request;
  private final ResultWriter writer;
  private final QueryWatch watch;
  private final Limits limits;
  private final InstantSource clock;

  /** A time that runs out does so on another thread than pages are read on. */
  private final Object lock = new Object();

  private final ByteOutput out;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /** How often it is looked whether the caller takes what there is. */
  private final Duration tick;

  /** How many parts the caller has asked for and not got. */
  private final AtomicLong demand = new AtomicLong();

  private int idleTicks;

  private volatile @Nullable String id;
  private volatile @Nullable String nextUri;
  private volatile boolean left;

  private @Nullable List<Column> columns;
  private boolean begun;
  private volatile boolean ended;
  private volatile boolean sent;

  /** Whether the last part has been passed on: nothing is too late then. */
  private volatile boolean whole;

  private long rows;
  private Instant lastSent;
  private Instant lastProgress = Instant.MIN;

  public SqlQuery(
      TrinoCalls trino,
      SqlRequest request,
      ResultWriter writer,
      QueryWatch watch,
      Limits limits,
      InstantSource clock) {
    this.trino = trino;
    this.request = request;
    this.writer = writer;
    this.watch = watch;
    this.limits = limits;
    this.clock = clock;
    this.lastSent = clock.instant();
    this.out = new ByteOutput((int) Math.min(MAX_OUTPUT, 4L * limits.maxRowBytes() + (1 << 20)));
    this.tick = limits.stall().dividedBy(TICKS_OF_STALL);
  }

  /**
   * Runs the statement, once. Fails before the first element where there is nothing to send yet:
   * with a {@link QueryFailedException}, a {@link BadRequestException}, an {@link
   * AccessEndedException}, a {@link TrinoException}, or a {@link TimeoutException} of the
   * cluster's; and after elements only where the writer's form wants the answer cut.
   */
  public Flux<byte[]> run() {
    Flux<byte[]> parts =
        Flux.defer(() -> posted().flux())
            .concatWith(Flux.defer(this::page).repeat(() -> !ended))
            .takeUntil(_ -> ended);
    AtomicReference<@Nullable Throwable> late = new AtomicReference<>();
    // Only where it completes does the other end the parts, too: they would go on behind a failure.
    return parts
        .takeUntilOther(lateness().doOnError(late::set).onErrorComplete())
        .doOnNext(_ -> whole = ended)
        .concatWith(
            Mono.defer(
                () -> whole ? Mono.empty() : Mono.justOrEmpty(late.get()).flatMap(Mono::error)))
        .filter(bytes -> bytes.length > 0)
        .doOnNext(
            _ -> {
              demand.updateAndGet(asked -> asked == Long.MAX_VALUE ? asked : asked - 1);
              sent = true;
              lastSent = clock.instant();
            })
        .doOnRequest(more -> demand.accumulateAndGet(more, Operators::addCap))
        .onErrorResume(this::failed)
        .doOnComplete(this::cancel)
        .doFinally(this::left);
  }

  /** Fails when the request has taken too long, or its caller takes nothing. */
  private Mono<Void> lateness() {
    Mono<Void> stalled =
        Flux.interval(tick)
            .onBackpressureDrop()
            .concatMap(
                _ -> stalledTooLong() ? Mono.<Void>error(StalledException::new) : Mono.empty())
            .then();
    return request.timeout() == null
        ? stalled
        : Mono.firstWithSignal(stalled, Mono.delay(request.timeout()).then(Mono.error(this::late)));
  }

  private boolean stalledTooLong() {
    idleTicks = demand.get() == 0 ? idleTicks + 1 : 0;
    String known = id;
    if (idleTicks > 0 && known != null && nextUri != null) {
      watch.polled(known);
    }
    return idleTicks > TICKS_OF_STALL;
  }

  /** The caller takes nothing any more. */
  private static final class StalledException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StalledException() {
      super("the client has stopped reading", null, false, false);
    }
  }

  /** Not cancelled with the caller: only who knows the answer can cancel the query. */
  private Mono<byte[]> posted() {
    CompletableFuture<byte @Nullable []> first =
        trino
            .post(request.statement())
            .flatMapMany(
                answer -> answer.status() == 200 ? read(answer.body()) : refused(answer).flux())
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
                    TrinoException.isPassing(answer.status())
                        ? discard(answer).then(Mono.error(TrinoException.ofStatus(answer.status())))
                        : Mono.just(answer))
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                    .maxBackoff(LONGEST_PAUSE)
                    .filter(TrinoException.class::isInstance))
            .timeout(limits.retries());
    return answered.flatMapMany(
        answer ->
            answer.status() == 200
                ? read(answer.body().takeUntil(_ -> ended))
                : refused(answer).flux());
  }

  private static Mono<Void> discard(Answer answer) {
    return answer.body().then();
  }

  private Flux<byte[]> read(Flux<byte[]> body) {
    Page page = new Page(this::row, request.progress(), columns == null);
    PageReader reader = new PageReader(page, limits.maxRowBytes());
    return body.map(bytes -> part(page, reader, bytes))
        .concatWith(Mono.fromSupplier(() -> last(page, reader)));
  }

  /** Also what comes too late to be sent is read: it may say how to cancel the query. */
  private byte[] part(Page page, PageReader reader, byte[] bytes) {
    synchronized (lock) {
      boolean over = ended;
      try {
        reader.read(bytes, 0, bytes.length);
      } finally {
        note(page);
      }
      return over ? NOTHING : out.take();
    }
  }

  private byte[] last(Page page, PageReader reader) {
    synchronized (lock) {
      if (ended) {
        return NOTHING;
      }
      reader.end();
      finish(page);
      if (begun && !ended) {
        writer.flush(out);
      }
      return out.take();
    }
  }

  /** What is known of the query as soon as the page has said it. */
  private void note(Page page) {
    if (page.nextUri() != null) {
      nextUri = page.nextUri();
    }
    if (columns == null && page.columns() != null) {
      columns = page.columns();
    }
    if (id == null && page.id() != null) {
      id = page.id();
      watch.started(page.id());
    }
  }

  /**
   * With the first row, not with the columns: a statement that fails before it is to be a status.
   */
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
        watch.outcome(
            QueryEnd.told(new QueryId(known), error != null, error == null ? null : error.name()));
      }
    } else if (known != null) {
      watch.polled(known);
    }
    if (error != null) {
      throw new QueryFailedException(placed(error));
    }
    if (page.nextUri() == null) {
      if (!ended) {
        complete();
      }
      return;
    }
    tell(page);
  }

  /** Trino tells places in what was posted; the caller knows only the SQL. */
  private QueryError placed(QueryError error) {
    Integer line = error.line();
    Integer column = error.column();
    if (request.offset() == 0 || line == null || column == null) {
      return error;
    }
    // Its parser adds what stands before the SQL to the column of every line.
    if (line > 1 && !error.name().equals("SYNTAX_ERROR")) {
      return error;
    }
    boolean within = column > request.offset();
    return new QueryError(
        error.message(),
        error.code(),
        error.name(),
        error.type(),
        within ? line : null,
        within ? column - request.offset() : null,
        error.queryId());
  }

  private void tell(Page page) {
    Instant now = clock.instant();
    boolean due = now.isAfter(lastSent.plus(limits.heartbeat()));
    if (due) {
      begin(false);
    }
    if (request.progress()
        && page.progress() != null
        // Before that the statement may turn out to be wrong, which is to be a status.
        && (sent || due || UNDER_WAY.contains(page.progress().state()))
        && !now.isBefore(lastProgress.plus(PROGRESS_PAUSE))) {
      lastProgress = now;
      writer.progress(page.progress(), out);
    }
    if (out.size() == 0 && due) {
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
              return Mono.error(TrinoException.ofStatus(answer.status()));
            });
  }

  /** Sends what went wrong, where something was sent already. */
  private Flux<byte[]> failed(Throwable failure) {
    synchronized (lock) {
      ended = true;
      // A caller who takes nothing takes no last word either.
      cancel();
      if (failure instanceof StalledException) {
        return Flux.error(failure);
      }
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
    if (known != null) {
      watch.outcome(QueryEnd.canceled(new QueryId(known)));
    }
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
