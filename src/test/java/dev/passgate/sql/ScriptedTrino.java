package dev.passgate.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A cluster that answers what it was told to, in this order, and remembers what was asked. */
final class ScriptedTrino implements TrinoCalls {

  private final Deque<Supplier<Mono<Answer>>> answers = new ArrayDeque<>();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();
  private Mono<Void> deleted = Mono.empty();

  ScriptedTrino then(Supplier<Mono<Answer>> answer) {
    answers.add(answer);
    return this;
  }

  /** The next answer, in pieces. */
  ScriptedTrino then(int status, String... body) {
    return then(() -> Mono.just(answer(status, Flux.just(body))));
  }

  ScriptedTrino thenFail(Throwable failure) {
    return then(() -> Mono.error(failure));
  }

  ScriptedTrino deletes(Mono<Void> outcome) {
    deleted = outcome;
    return this;
  }

  static Answer answer(int status, Flux<String> body) {
    return new Answer(status, body.map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A page with columns {@code n bigint}; rows are numbers. */
  static String page(@Nullable String next, String... rows) {
    return "{\"id\":\"20260101_000000_00001_abcde\","
        + (next == null ? "" : "\"nextUri\":\"http://trino:8080/" + next + "\",")
        + "\"columns\":[{\"name\":\"n\",\"type\":\"bigint\","
        + "\"typeSignature\":{\"rawType\":\"bigint\",\"arguments\":[]}}],"
        + "\"data\":[["
        + String.join("],[", rows)
        + "]],\"stats\":{\"state\":\"RUNNING\",\"processedRows\":7}}";
  }

  /** A page that says only that the query goes on. */
  static String waiting(String next) {
    return "{\"id\":\"20260101_000000_00001_abcde\",\"nextUri\":\"http://trino:8080/"
        + next
        + "\",\"stats\":{\"state\":\"QUEUED\"}}";
  }

  /** A page that says what went wrong. */
  static String failed(String name, String type) {
    return "{\"id\":\"20260101_000000_00001_abcde\",\"error\":{\"message\":\"it broke\",\"errorCode\":1,"
        + "\"errorName\":\""
        + name
        + "\",\"errorType\":\""
        + type
        + "\",\"errorLocation\":{\"lineNumber\":2,\"columnNumber\":3}},\"stats\":{\"state\":\"FAILED\"}}";
  }

  List<String> calls() {
    return List.copyOf(calls);
  }

  /** The pages that were asked for and are neither read to their end nor given up. */
  Set<String> open() {
    return Set.copyOf(open);
  }

  @Override
  public Mono<Answer> post(String statement) {
    return next("POST " + statement);
  }

  @Override
  public Mono<Answer> get(String uri) {
    String call = "GET " + uri.substring(uri.lastIndexOf('/') + 1);
    return Mono.defer(
        () -> {
          String one = call + " #" + asked.incrementAndGet();
          open.add(one);
          return next(call)
              .doOnError(_ -> open.remove(one))
              .map(
                  answer ->
                      new Answer(answer.status(), answer.body().doFinally(_ -> open.remove(one))))
              .doOnCancel(() -> open.remove(one));
        });
  }

  @Override
  public Mono<Void> delete(String uri) {
    return Mono.defer(
        () -> {
          calls.add("DELETE " + uri.substring(uri.lastIndexOf('/') + 1));
          return deleted;
        });
  }

  private Mono<Answer> next(String call) {
    return Mono.defer(
        () -> {
          calls.add(call);
          return answers.remove().get();
        });
  }
}
