package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlowedAnswersTest {

  private final FakeTime time = new FakeTime();
  private final SlowedAnswers slowed = new SlowedAnswers(2, time.scheduler());

  private CompletableFuture<@Nullable String> after(Duration delay) {
    return slowed.after(delay, "answer").toFuture();
  }

  @Test
  void holdsAnAnswerBackByATimer() {
    CompletableFuture<@Nullable String> answer = after(Duration.ofMillis(400));

    time.pass(Duration.ofMillis(399));
    assertThat(answer).isNotDone();
    time.pass(Duration.ofMillis(1));
    assertThat(answer).isCompletedWithValue("answer");
    assertThat(slowed.size()).isZero();
  }

  @Test
  void letsAGoodAnswerThroughAtOnce() {
    assertThat(after(Duration.ZERO)).isCompletedWithValue("answer");
  }

  @Test
  void holdsBackOnlySoMany() {
    CompletableFuture<@Nullable String> first = after(Duration.ofSeconds(2));
    CompletableFuture<@Nullable String> second = after(Duration.ofSeconds(2));

    assertThat(after(Duration.ofSeconds(2))).isCompletedWithValue("answer");
    assertThat(slowed.size()).isEqualTo(2);
    assertThat(first).isNotDone();
    time.pass(Duration.ofSeconds(2));
    assertThat(second).isCompletedWithValue("answer");
    assertThat(slowed.size()).isZero();
  }

  @Test
  void forgetsAClientThatWentAway() {
    slowed.after(Duration.ofSeconds(2), "answer").subscribe().dispose();

    assertThat(slowed.size()).isZero();
  }
}
