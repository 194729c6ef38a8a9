package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.query.CountedUser;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalRatesTest {

  private static final CountedUser ALICE = new CountedUser("acme", "alice");
  private static final CountedUser BOB = new CountedUser("acme", "bob");

  private final TestTime time = new TestTime();

  private LocalRates rates(int rate, int burst) {
    return new LocalRates(new QueryLimitProperties.Rate(rate, burst), time);
  }

  private static void assertTakes(LocalRates rates, CountedUser user, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(rates.takeNow(user)).isZero();
    }
    assertThat(rates.takeNow(user)).isPositive();
  }

  @Test
  void letsABurstThroughAndThenTheRate() {
    LocalRates rates = rates(10, 50);
    assertTakes(rates, ALICE, 50);

    time.pass(Duration.ofSeconds(1));
    assertTakes(rates, ALICE, 10);

    time.pass(Duration.ofSeconds(60));
    assertTakes(rates, ALICE, 50);
  }

  @Test
  void saysHowLongToWait() {
    LocalRates rates = rates(2, 1);
    assertTakes(rates, ALICE, 1);

    assertThat(rates.takeNow(ALICE)).isEqualTo(Duration.ofMillis(500));
    time.pass(Duration.ofMillis(400));
    assertThat(rates.takeNow(ALICE)).isEqualTo(Duration.ofMillis(100));
    time.pass(Duration.ofMillis(100));
    assertThat(rates.takeNow(ALICE)).isZero();
  }

  @Test
  void countsEachUserForItself() {
    LocalRates rates = rates(1, 2);
    assertTakes(rates, ALICE, 2);
    assertTakes(rates, BOB, 2);
  }

  @Test
  void forgetsUsersWhoseBucketsAreFull() {
    LocalRates rates = rates(1, 5);
    assertTakes(rates, ALICE, 5);
    time.pass(Duration.ofSeconds(5));
    assertThat(rates.size()).isEqualTo(1);

    time.pass(Duration.ofSeconds(2));
    assertThat(rates.size()).isZero();
    assertTakes(rates, ALICE, 5);
  }
}
