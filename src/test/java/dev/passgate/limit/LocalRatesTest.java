package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalRatesTest {

  private final TestTime time = new TestTime();

  private LocalRates rates(int rate, int burst) {
    return new LocalRates(new QueryLimitProperties.Rate(rate, burst), time);
  }

  private static void assertTakes(LocalRates rates, String owner, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(rates.takeNow(owner)).isZero();
    }
    assertThat(rates.takeNow(owner)).isPositive();
  }

  @Test
  void letsABurstThroughAndThenTheRate() {
    LocalRates rates = rates(10, 50);
    assertTakes(rates, "alice", 50);

    time.pass(Duration.ofSeconds(1));
    assertTakes(rates, "alice", 10);

    time.pass(Duration.ofSeconds(60));
    assertTakes(rates, "alice", 50);
  }

  @Test
  void saysHowLongToWait() {
    LocalRates rates = rates(2, 1);
    assertTakes(rates, "alice", 1);

    assertThat(rates.takeNow("alice")).isEqualTo(Duration.ofMillis(500));
    time.pass(Duration.ofMillis(400));
    assertThat(rates.takeNow("alice")).isEqualTo(Duration.ofMillis(100));
    time.pass(Duration.ofMillis(100));
    assertThat(rates.takeNow("alice")).isZero();
  }

  @Test
  void countsEachUserForItself() {
    LocalRates rates = rates(1, 2);
    assertTakes(rates, "alice", 2);
    assertTakes(rates, "bob", 2);
  }

  @Test
  void forgetsUsersWhoseBucketsAreFull() {
    LocalRates rates = rates(1, 5);
    assertTakes(rates, "alice", 5);
    time.pass(Duration.ofSeconds(5));
    assertThat(rates.size()).isEqualTo(1);

    time.pass(Duration.ofSeconds(2));
    assertThat(rates.size()).isZero();
    assertTakes(rates, "alice", 5);
  }
}
