package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AddressRatesTest {

  private final TestTime time = new TestTime();
  private final AddressRates rates = new AddressRates(new TokenLimitProperties.Rate(2, 3), time);

  private void assertTakes(String address, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(rates.take(address)).isZero();
    }
    assertThat(rates.take(address)).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void letsABurstOfAnAddressThroughAndThenTheRate() {
    assertTakes("192.0.2.1", 3);
    assertTakes("192.0.2.2", 3);

    time.pass(Duration.ofSeconds(1));
    assertTakes("192.0.2.1", 2);
  }

  @Test
  void countsTheNetworkOfASubscriberAsOneAddress() {
    assertThat(rates.take("2001:db8:0:1::1")).isZero();
    assertThat(rates.take("2001:db8:0:1:ffff::2")).isZero();
    assertTakes("2001:0db8::1:0:0:0:3", 1);

    assertTakes("2001:db8:0:2::1", 3);
  }

  @Test
  void countsThoseWithoutAnAddressTogether() {
    assertTakes("", 3);
  }
}
