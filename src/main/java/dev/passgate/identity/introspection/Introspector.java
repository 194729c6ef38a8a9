package dev.passgate.identity.introspection;

import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.introspection.Introspection.Overloaded;
import dev.passgate.identity.introspection.Introspection.Unavailable;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Asks one issuer about tokens: about each token once at a time, however many requests bring it,
 * and about no more tokens at a time than is configured, however many strangers make up. Asks once
 * and remembers nothing. Thread-safe, never blocks.
 */
public final class Introspector implements AutoCloseable {

  /** How many requests may wait for answers, over all questions. */
  private static final int MAX_WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Introspector.class);

  private final String issuer;
  private final IntrospectionSettings settings;
  private final Supplier<@Nullable URI> discovered;
  private final IntrospectionEndpoint endpoint;
  private final Scheduler scheduler;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Object lock = new Object();

  /** Guarded by the lock, as is the next. As many as there are calls under way. */
  private final Map<TokenDigest, Question> underWay = new HashMap<>();

  private boolean closed;

  /**
   * Asks nothing yet.
   *
   * @param issuer the issuer's configured name
   * @param discovered the endpoint as far as it was found, for settings that do not name it
   * @param scheduler where time limits run
   */
  public Introspector(
      String issuer,
      IntrospectionSettings settings,
      Supplier<@Nullable URI> discovered,
      IntrospectionEndpoint endpoint,
      Scheduler scheduler) {
    this.issuer = issuer;
    this.settings = settings;
    this.discovered = discovered;
    this.endpoint = endpoint;
    this.scheduler = scheduler;
  }

  /** What the issuer says of a token. Never an error. */
  public Mono<Introspection> ask(String token, TokenDigest digest) {
    return Mono.defer(
        () -> {
          if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return Mono.just(new Overloaded());
          }
          return join(token, digest).doFinally(_ -> waiting.decrementAndGet());
        });
  }

  private Mono<Introspection> join(String token, TokenDigest digest) {
    Question question;
    synchronized (lock) {
      Question other = underWay.get(digest);
      if (other != null) {
        return other.answer();
      }
      if (closed || underWay.size() >= settings.maxConcurrent()) {
        return Mono.just(new Overloaded());
      }
      question = new Question();
      underWay.put(digest, question);
    }
    // outside of the lock, for it may end at once
    question.start(
        question(token)
            .doOnNext(
                answer -> {
                  end(digest, question);
                  tell(answer);
                  question.end(answer);
                }));
    return question.answer();
  }

  private Mono<Introspection> question(String token) {
    return Mono.defer(
            () -> {
              URI uri = settings.uri() == null ? discovered.get() : settings.uri();
              return uri == null
                  ? Mono.just(
                      new Unavailable("the provider's introspection endpoint is not known yet"))
                  : endpoint.ask(uri, settings.client(), token);
            })
        .timeout(settings.timeout(), scheduler)
        .onErrorResume(failure -> Mono.just(unavailable(failure)))
        .switchIfEmpty(Mono.fromSupplier(() -> new Unavailable("the provider sent no answer")));
  }

  private static Introspection unavailable(Throwable failure) {
    return new Unavailable(
        failure instanceof TimeoutException
            ? "the provider took too long"
            : "the provider could not be asked (" + failure.getClass().getSimpleName() + ")");
  }

  private void end(TokenDigest digest, Question question) {
    synchronized (lock) {
      underWay.remove(digest, question);
    }
  }

  /** Tells operators when answers stop to come and when they come again, not of each one. */
  private void tell(Introspection answer) {
    if (answer instanceof Unavailable(String cause)) {
      if (!failing.getAndSet(true)) {
        log.atWarn()
            .addKeyValue("issuer", issuer)
            .addKeyValue("cause", cause)
            .log("The issuer does not answer questions about tokens, which are refused");
      }
    } else if (failing.getAndSet(false)) {
      log.atInfo().addKeyValue("issuer", issuer).log("The issuer answers questions again");
    }
  }

  /** Begins to look at the file with the secret, where there is one. */
  public void start() {
    settings.client().watch(Schedulers.boundedElastic());
  }

  /** Ends the questions under way, and asks no others. */
  @Override
  public void close() {
    List<Question> ended;
    synchronized (lock) {
      closed = true;
      ended = List.copyOf(underWay.values());
      underWay.clear();
    }
    ended.forEach(Question::cancel);
    settings.client().close();
  }
}
