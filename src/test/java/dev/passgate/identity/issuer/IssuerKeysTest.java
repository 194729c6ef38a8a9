package dev.passgate.identity.issuer;

import static com.nimbusds.jose.JWSAlgorithm.ES256;
import static com.nimbusds.jose.JWSAlgorithm.RS256;
import static dev.passgate.identity.issuer.Fixtures.ELLIPTIC;
import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.KEYS;
import static dev.passgate.identity.issuer.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.issuer.IssuerEvents.RefreshOutcome;
import dev.passgate.identity.issuer.IssuersProperties.KeysProperties;
import dev.passgate.identity.issuer.KeyFetch.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class IssuerKeysTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource();
  private final List<String> events = new ArrayList<>();
  private final IssuerKeys keys = keys(KEYS);

  private IssuerKeys keys(KeysProperties settings) {
    return new IssuerKeys(
        Fixtures.settings(settings),
        source,
        time,
        time.scheduler(),
        (issuer, outcome) -> events.add(issuer + " " + outcome));
  }

  private void refresh() {
    keys.refresh().block(LIMIT);
  }

  private List<@Nullable String> find(@Nullable String kid) {
    return find(RS256, kid);
  }

  private List<@Nullable String> find(JWSAlgorithm algorithm, @Nullable String kid) {
    List<JWK> found = keys.find(algorithm, kid).blockOptional(LIMIT).orElseThrow();
    List<@Nullable String> ids = new ArrayList<>();
    found.forEach(key -> ids.add(key.getKeyID()));
    return ids;
  }

  private Refusal refusal(@Nullable String kid) {
    return refusal(keys.find(RS256, kid));
  }

  private static Refusal refusal(Mono<List<JWK>> found) {
    return found
        .<Refusal>handle((ignored, sink) -> sink.error(new AssertionError("keys were found")))
        .onErrorResume(RefusedTokenException.class, refused -> Mono.just(refused.refusal()))
        .blockOptional(LIMIT)
        .orElseThrow();
  }

  private void assertUnavailable(Refusal refusal, Duration retryAfter) {
    assertThat(refusal.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
    assertThat(refusal.retryAfter()).isEqualTo(retryAfter);
    assertThat(refusal.issuer()).isEqualTo("acme");
  }

  @Test
  void answersKnownKeyWithoutFetching() {
    source.has(FIRST, SECOND);
    refresh();

    assertThat(find("second")).containsExactly("second");
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void fetchesWhenThereAreNoKeysYet() {
    source.has(FIRST);

    assertThat(find("first")).containsExactly("first");
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void handsOutNoPrivateKey() {
    source.has(FIRST);

    assertThat(keys.find(RS256, "first").block(LIMIT)).noneMatch(JWK::isPrivate);
  }

  @Test
  void findsJustRotatedKeyByFetchingAgain() {
    source.has(FIRST);
    refresh();
    time.pass(KEYS.minRefetchInterval());
    source.has(FIRST, SECOND);

    assertThat(find("second")).containsExactly("second");
    assertThat(source.fetches()).isEqualTo(2);
  }

  @Test
  void asksToComeAgainWhenKeysWereFetchedTooRecently() {
    source.has(FIRST);
    refresh();
    time.pass(Duration.ofSeconds(2));

    assertUnavailable(refusal("second"), Duration.ofSeconds(3));
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void refusesKeyThatIssuerDoesNotHave() {
    source.has(FIRST);

    assertThat(refusal("unheard-of").reason()).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  void remembersKeyThatIssuerDoesNotHave() {
    source.has(FIRST);
    refusal("unheard-of");
    time.pass(KEYS.minRefetchInterval());

    assertThat(refusal("unheard-of").reason()).isEqualTo(Reason.UNKNOWN_KEY);
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void findsRememberedKeyOnceARefreshBringsIt() {
    source.has(FIRST);
    refusal("second");
    source.has(FIRST, SECOND);
    refresh();

    assertThat(find("second")).containsExactly("second");
  }

  @Test
  void forgetsUnknownKeyAfterAWhile() {
    source.has(FIRST);
    refusal("second");
    source.has(FIRST, SECOND);
    time.pass(Duration.ofMinutes(2));

    assertThat(find("second")).containsExactly("second");
  }

  @Test
  void fetchesOnceForManyWhoWait() {
    Sinks.One<KeySet> slow = source.isSlow();
    List<Reason> reasons = new ArrayList<>();
    IntStream.range(0, 100)
        .forEach(
            i ->
                keys.find(RS256, "random-" + i)
                    .subscribe(
                        found -> {},
                        failure ->
                            reasons.add(((RefusedTokenException) failure).refusal().reason())));
    assertThat(reasons).isEmpty();

    slow.tryEmitValue(FakeKeySource.keySet(FIRST));

    // The first had asked before the fetch began; the keys of the others may be newer than it.
    assertThat(reasons).hasSize(100).containsOnlyOnce(Reason.UNKNOWN_KEY);
    assertThat(reasons).containsOnly(Reason.UNKNOWN_KEY, Reason.KEYS_UNAVAILABLE);
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void doesNotRefuseForLongWhatMayBeNewerThanTheFetchThatItJoined() {
    Sinks.One<KeySet> slow = source.isSlow();
    List<Reason> reasons = new ArrayList<>();
    keys.refresh().subscribe();
    keys.find(RS256, "just-made")
        .subscribe(
            found -> {},
            failure -> reasons.add(((RefusedTokenException) failure).refusal().reason()));

    slow.tryEmitValue(FakeKeySource.keySet(FIRST));

    assertThat(reasons).containsExactly(Reason.KEYS_UNAVAILABLE);
    time.pass(Duration.ofSeconds(5));
    assertThat(refusal("just-made").reason()).isEqualTo(Reason.UNKNOWN_KEY);
    assertThat(source.fetches()).isEqualTo(2);
  }

  @Test
  void fetchesOnceForManyThreads() {
    Sinks.One<KeySet> slow = source.isSlow();
    List<Reason> reasons = Collections.synchronizedList(new ArrayList<>());
    Flux.range(0, 100)
        .flatMap(
            i ->
                Mono.fromRunnable(
                        () ->
                            keys.find(RS256, "random-" + i)
                                .subscribe(
                                    found -> {},
                                    failure ->
                                        reasons.add(
                                            ((RefusedTokenException) failure).refusal().reason())))
                    .subscribeOn(Schedulers.parallel()),
            100)
        .blockLast(LIMIT);

    slow.tryEmitValue(FakeKeySource.keySet(FIRST));

    // The first had asked before the fetch began; the keys of the others may be newer than it.
    assertThat(reasons).hasSize(100).containsOnlyOnce(Reason.UNKNOWN_KEY);
    assertThat(reasons).containsOnly(Reason.UNKNOWN_KEY, Reason.KEYS_UNAVAILABLE);
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void fetchesOnceInMinIntervalHoweverManyKeysAreMadeUp() {
    source.has(FIRST);
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 50; i++) {
        refusal("random-" + second + "-" + i);
      }
      time.pass(Duration.ofSeconds(1));
    }

    assertThat(source.fetches()).isEqualTo(12);
  }

  @Test
  void boundsHowManyWait() {
    KeysProperties two =
        new KeysProperties(
            KEYS.refreshInterval(),
            KEYS.maxStaleness(),
            KEYS.minRefetchInterval(),
            KEYS.fetchTimeout(),
            2);
    IssuerKeys small = keys(two);
    Sinks.One<KeySet> slow = source.isSlow();
    Disposable one = small.find(RS256, "first").subscribe();
    List<List<JWK>> found = new ArrayList<>();
    small.find(RS256, "first").subscribe(found::add);

    assertUnavailable(refusal(small.find(RS256, "first")), KEYS.minRefetchInterval());

    one.dispose();
    small.find(RS256, "first").subscribe(found::add);
    slow.tryEmitValue(FakeKeySource.keySet(FIRST));
    assertThat(found).hasSize(2);
  }

  @Test
  void leavesFetchToOthersWhenOneWhoWaitsGoesAway() {
    Sinks.One<KeySet> slow = source.isSlow();
    Disposable impatient = keys.find(RS256, "first").subscribe();
    List<List<JWK>> found = new ArrayList<>();
    keys.find(RS256, "first").subscribe(found::add);

    impatient.dispose();
    slow.tryEmitValue(FakeKeySource.keySet(FIRST));

    assertThat(found).hasSize(1);
    assertThat(find("first")).containsExactly("first");
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void keepsWhatAFetchBringsWhenNobodyWaitsAnyMore() {
    Sinks.One<KeySet> slow = source.isSlow();
    keys.find(RS256, "first").subscribe().dispose();

    slow.tryEmitValue(FakeKeySource.keySet(FIRST));

    assertThat(find("first")).containsExactly("first");
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void givesUpAFetchThatTakesTooLong() {
    source.isSlow();
    List<Throwable> failures = new ArrayList<>();
    keys.find(RS256, "first").subscribe(found -> {}, failures::add);

    time.pass(KEYS.fetchTimeout());

    assertThat(failures)
        .singleElement(type(RefusedTokenException.class))
        .satisfies(e -> assertUnavailable(e.refusal(), KEYS.minRefetchInterval()));
  }

  @Test
  void trustsKnownKeyWhileProviderIsDown() {
    source.has(FIRST);
    refresh();
    source.isDown();
    refresh();
    time.pass(Duration.ofHours(23));
    refresh();

    assertThat(find("first")).containsExactly("first");
    assertThat(keys.age()).isEqualTo(Duration.ofHours(23));
  }

  @Test
  void asksToComeAgainForUnknownKeyWhileProviderIsDown() {
    source.has(FIRST);
    refresh();
    source.isDown();
    time.pass(KEYS.minRefetchInterval());

    assertUnavailable(refusal("second"), KEYS.minRefetchInterval());
    time.pass(KEYS.minRefetchInterval());
    source.has(FIRST, SECOND);
    assertThat(find("second")).containsExactly("second");
  }

  @Test
  void trustsNoKeyBeyondMaxStaleness() {
    source.has(FIRST);
    refresh();
    source.isDown();
    assertThat(keys.generation()).isEqualTo(1);
    time.pass(KEYS.maxStaleness());

    assertUnavailable(refusal("first"), KEYS.minRefetchInterval());
    assertThat(keys.generation()).isZero();
  }

  @Test
  void trustsKeysAgainWhenProviderIsBack() {
    source.has(FIRST);
    refresh();
    time.pass(KEYS.maxStaleness());

    assertThat(find("first")).containsExactly("first");
    assertThat(keys.generation()).isEqualTo(1);
  }

  @Test
  void refusesWithdrawnKeyFromNextRefreshOn() {
    source.has(FIRST, SECOND);
    refresh();
    source.has(SECOND);
    refresh();
    time.pass(KEYS.minRefetchInterval());

    assertThat(refusal("first").reason()).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  void changesGenerationOnlyWithTheKeys() {
    assertThat(keys.generation()).isZero();
    source.has(FIRST, SECOND);
    refresh();
    refresh();
    source.has(SECOND, FIRST);
    refresh();
    assertThat(keys.generation()).isEqualTo(1);

    source.has(SECOND);
    refresh();
    assertThat(keys.generation()).isEqualTo(2);
  }

  @Test
  void changesGenerationWhenAKeyChangesUnderItsId() {
    source.has(FIRST);
    refresh();
    source.has(Fixtures.STRANGER);
    refresh();

    assertThat(keys.generation()).isEqualTo(2);
  }

  @Test
  void refusesKeyThatIsNotForTheAlgorithm() {
    source.has(FIRST, ELLIPTIC);
    refresh();

    assertThat(refusal(keys.find(ES256, "first")).reason()).isEqualTo(Reason.UNKNOWN_KEY);
    assertThat(find(ES256, "elliptic")).containsExactly("elliptic");
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void triesFewKeysForTokenThatNamesNone() {
    source.has(FIRST, ELLIPTIC, SECOND);
    refresh();

    assertThat(find(null)).containsExactly("first", "second");
  }

  @Test
  void refusesTokenThatNamesNoneOfManyKeys() {
    source.has(
        IntStream.range(0, 5)
            .mapToObj(i -> new RSAKey.Builder(FIRST).keyID("key-" + i).build())
            .toArray(RSAKey[]::new));
    refresh();

    assertThat(refusal((String) null).reason()).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  void tellsHowFetchesEnd() {
    source.has(FIRST);
    refresh();
    source.isDown();
    refresh();

    assertThat(events)
        .containsExactly("acme " + RefreshOutcome.SUCCESS, "acme " + RefreshOutcome.FAILURE);
  }

  @Test
  void survivesAListenerThatFails() {
    IssuerKeys told =
        new IssuerKeys(
            Fixtures.settings(),
            source.has(FIRST),
            time,
            time.scheduler(),
            (issuer, outcome) -> {
              throw new IllegalStateException("a listener's mistake");
            });

    assertThat(told.find(RS256, "first").block(LIMIT)).hasSize(1);
  }

  @Test
  void failsThoseWhoWaitWhenClosed() {
    source.isSlow();
    List<Throwable> failures = new ArrayList<>();
    keys.find(RS256, "first").subscribe(found -> {}, failures::add);

    keys.close();

    assertThat(failures).hasSize(1);
    assertThat(keys.refresh().block(LIMIT)).isEqualTo(new Outcome.Failed());
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void hasNoAgeBeforeTheFirstFetch() {
    assertThat(keys.age()).isNull();
    refresh();
    assertThat(keys.age()).isNull();
  }

  @Test
  void treatsASourceThatThrowsAsDown() {
    IssuerKeys broken =
        new IssuerKeys(
            Fixtures.settings(),
            () -> {
              throw new IllegalStateException("a mistake");
            },
            time,
            time.scheduler(),
            IssuerEvents.NONE);

    assertThatThrownBy(() -> broken.find(RS256, "first").block(LIMIT))
        .isInstanceOf(RefusedTokenException.class);
  }
}
