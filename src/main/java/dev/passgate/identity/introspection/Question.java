package dev.passgate.identity.introspection;

import dev.passgate.identity.LateFailures;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One question that any number of requests with the same token wait for. It runs by itself: a
 * client that goes away leaves it to the others.
 */
final class Question {

  private final Sinks.One<Introspection> answer = Sinks.one();
  private final Disposable.Swap work = Disposables.swap();

  /** The answer once there is one; never an error. */
  Mono<Introspection> answer() {
    return answer.asMono();
  }

  /** Starts the work, whose end calls {@link #end}. */
  void start(Mono<?> steps) {
    work.update(steps.contextWrite(LateFailures.ignored()).subscribe());
  }

  /** Tells everybody who waits. */
  void end(Introspection result) {
    var _ = answer.tryEmitValue(result);
  }

  /** Stops the work. Those who wait are told that there is no answer. */
  void cancel() {
    work.dispose();
    end(new Introspection.Unavailable("the gateway is stopping"));
  }
}
