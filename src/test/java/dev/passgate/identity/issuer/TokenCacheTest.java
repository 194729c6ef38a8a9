package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.KEYS;
import static dev.passgate.identity.issuer.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenCacheTest {

  private static final TokenDigest TOKEN = TokenDigest.of("a token");
  private static final Identity ALICE = new Identity("acme", "alice", "s-1", Token.EXPIRY);

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource().has(FIRST);
  private final IssuerKeys keys =
      new IssuerKeys(Fixtures.settings(), source, time, time.scheduler(), IssuerEvents.NONE);
  private final TokenCache cache = new TokenCache(10, time);

  @BeforeEach
  void refresh() {
    keys.refresh().block(Duration.ofSeconds(20));
  }

  private BooleanSupplier basis() {
    long generation = keys.generation();
    return () -> keys.generation() == generation;
  }

  private void put() {
    cache.put(TOKEN, ALICE, basis());
  }

  @Test
  void returnsWhatWasPut() {
    put();

    assertThat(cache.get(TOKEN)).isSameAs(ALICE);
    assertThat(cache.get(TokenDigest.of("another"))).isNull();
  }

  @Test
  void forgetsAtExpiry() {
    put();
    time.pass(Duration.ofMinutes(5).minusMillis(1));
    assertThat(cache.get(TOKEN)).isSameAs(ALICE);

    time.pass(Duration.ofMillis(1));
    assertThat(cache.get(TOKEN)).isNull();
    assertThat(cache.size()).isZero();
  }

  @Test
  void keepsWhatARefreshOfTheSameKeysConfirms() {
    put();
    refresh();

    assertThat(cache.get(TOKEN)).isSameAs(ALICE);
  }

  @Test
  void forgetsWhenKeysChange() {
    put();
    source.has(FIRST, SECOND);
    refresh();

    assertThat(cache.get(TOKEN)).isNull();
  }

  @Test
  void ignoresWhatWasVerifiedWithKeysThatChangedMeanwhile() {
    BooleanSupplier before = basis();
    source.has(SECOND);
    refresh();
    cache.put(TOKEN, ALICE, before);

    assertThat(cache.get(TOKEN)).isNull();
  }

  @Test
  void ignoresWhatNoLongerHolds() {
    cache.put(TOKEN, ALICE, () -> false);

    assertThat(cache.get(TOKEN)).isNull();
  }

  @Test
  void holdsNothingWhileKeysAreTooStale() {
    Identity longLived =
        new Identity("acme", "alice", "s-1", FakeTime.START.plus(Duration.ofDays(30)));
    cache.put(TOKEN, longLived, basis());
    time.pass(KEYS.maxStaleness());
    assertThat(cache.get(TOKEN)).isNull();

    refresh();
    assertThat(cache.get(TOKEN)).isSameAs(longLived);
  }

  @Test
  void isBounded() {
    IntStream.range(0, 1000).forEach(i -> cache.put(TokenDigest.of("token " + i), ALICE, basis()));

    assertThat(cache.size()).isLessThanOrEqualTo(10);
  }

  @Test
  void knowsTokensByTheirWholeDigest() {
    assertThat(TokenDigest.of("abc"))
        .isEqualTo(
            new TokenDigest(
                0xba7816bf8f01cfeaL,
                0x414140de5dae2223L,
                0xb00361a396177a9cL,
                0xb410ff61f20015adL));
  }
}
