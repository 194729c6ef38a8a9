package dev.passgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.observe.RecordedLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

class LateFailuresTest {

  /** A source that fails though it has been cancelled, as one on another thread may. */
  private static AtomicReference<CoreSubscriber<?>> subscriberOf(boolean quiet) {
    AtomicReference<CoreSubscriber<?>> subscriber = new AtomicReference<>();
    Mono<Object> late =
        new Mono<>() {
          @Override
          public void subscribe(CoreSubscriber<? super Object> actual) {
            subscriber.set(actual);
            actual.onSubscribe(Operators.emptySubscription());
          }
        };
    Mono<Object> work = late.map(value -> value).timeout(Duration.ofDays(1));
    (quiet ? work.contextWrite(LateFailures.ignored()) : work).subscribe().dispose();
    return subscriber;
  }

  private static int told(boolean quiet) {
    try (RecordedLog log = RecordedLog.of(Operators.class.getName())) {
      CoreSubscriber<?> subscriber = subscriberOf(quiet).get();
      assertThat(subscriber).isNotNull();
      subscriber.onError(new IllegalStateException("late"));
      return log.events().size();
    }
  }

  @Test
  void areToldWhereTheyAreNotIgnored() {
    assertThat(told(false)).isEqualTo(1);
  }

  @Test
  void areNotToldWhereTheyAre() {
    assertThat(told(true)).isZero();
  }
}
