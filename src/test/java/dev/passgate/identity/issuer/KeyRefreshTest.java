package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeyRefreshTest {

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource();
  private final IssuerKeys keys =
      new IssuerKeys(Fixtures.settings(), source, time, time.scheduler(), IssuerEvents.NONE);

  private KeyRefresh refresh(double random) {
    return new KeyRefresh(keys, KEYS, time.scheduler(), () -> random);
  }

  @Test
  void fetchesAtOnceAndThenOncePerInterval() {
    source.has(FIRST);
    refresh(0.5).start();
    assertThat(source.fetches()).isEqualTo(1);

    time.pass(KEYS.refreshInterval().minusMillis(1));
    assertThat(source.fetches()).isEqualTo(1);
    time.pass(Duration.ofMillis(1));
    assertThat(source.fetches()).isEqualTo(2);
    time.pass(KEYS.refreshInterval());
    assertThat(source.fetches()).isEqualTo(3);
  }

  @Test
  void variesTheIntervalByATenth() {
    source.has(FIRST);
    refresh(0).start();
    time.pass(Duration.ofSeconds(270));
    assertThat(source.fetches()).isEqualTo(2);

    FakeKeySource other = new FakeKeySource().has(FIRST);
    IssuerKeys otherKeys =
        new IssuerKeys(Fixtures.settings(), other, time, time.scheduler(), IssuerEvents.NONE);
    new KeyRefresh(otherKeys, KEYS, time.scheduler(), () -> 1).start();
    time.pass(Duration.ofSeconds(329));
    assertThat(other.fetches()).isEqualTo(1);
    time.pass(Duration.ofSeconds(1));
    assertThat(other.fetches()).isEqualTo(2);
  }

  @Test
  void asksADownProviderSoonerAndThenLessAndLess() {
    refresh(0.5).start();
    for (int seconds : new int[] {5, 10, 20, 40, 80, 160, 300, 300}) {
      int before = source.fetches();
      time.pass(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(source.fetches()).isEqualTo(before);
      time.pass(Duration.ofMillis(1));
      assertThat(source.fetches()).isEqualTo(before + 1);
    }
  }

  @Test
  void returnsToTheIntervalOnceProviderIsBack() {
    refresh(0.5).start();
    source.has(FIRST);
    time.pass(Duration.ofSeconds(5));
    assertThat(source.fetches()).isEqualTo(2);
    assertThat(keys.age()).isZero();

    time.pass(Duration.ofSeconds(299));
    assertThat(source.fetches()).isEqualTo(2);
    time.pass(Duration.ofSeconds(1));
    assertThat(source.fetches()).isEqualTo(3);
  }

  @Test
  void goesOnAfterAFetchThatTookTooLong() {
    source.isSlow();
    refresh(0.5).start();
    time.pass(KEYS.fetchTimeout());
    source.has(FIRST);
    time.pass(Duration.ofSeconds(5));

    assertThat(source.fetches()).isEqualTo(2);
    assertThat(keys.generation()).isEqualTo(1);
  }

  @Test
  void stopsWhenClosed() {
    source.has(FIRST);
    KeyRefresh refresh = refresh(0.5);
    refresh.start();
    refresh.close();
    time.pass(Duration.ofHours(1));

    assertThat(source.fetches()).isEqualTo(1);
  }
}
