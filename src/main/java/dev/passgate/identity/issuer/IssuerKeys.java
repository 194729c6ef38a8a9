package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.issuer.IssuerEvents.RefreshOutcome;
import dev.passgate.identity.issuer.IssuersProperties.KeysProperties;
import dev.passgate.identity.issuer.KeyFetch.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The keys of one issuer: a snapshot that is ours, and the rules for replacing it.
 *
 * <p>A known key is answered from the snapshot, whether or not the issuer can be reached, until the
 * snapshot is older than {@code max-staleness}. A key that is not there causes a fetch, but only
 * one at a time, and none within {@code min-refetch-interval} of the last: strangers choose the key
 * ids of tokens, and must not be able to make us a nuisance to the issuer. Whoever comes within
 * that time is asked to come again (503, which Trino's clients do), and not told that the key does
 * not exist (401, which ends a query), for it may have been made this second. Thread-safe, never
 * blocks.
 */
final class IssuerKeys implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

  /** Each is a signature to check, so a token that names none of many keys would be costly. */
  private static final int MAX_CANDIDATES = 4;

  private final String issuer;
  private final KeysProperties settings;
  private final KeySource source;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final IssuerEvents events;
  private final UnknownKeyIds unknown;
  private final FetchGate gate;

  /** Written by the one fetch under way. */
  private volatile @Nullable KeySnapshot snapshot;

  IssuerKeys(
      IssuerSettings issuer,
      KeySource source,
      InstantSource clock,
      Scheduler scheduler,
      IssuerEvents events) {
    this.issuer = issuer.name();
    this.settings = issuer.keys();
    this.source = source;
    this.clock = clock;
    this.scheduler = scheduler;
    this.events = events;
    this.unknown = new UnknownKeyIds(clock);
    this.gate = new FetchGate(settings.minRefetchInterval(), clock, this::start);
  }

  /**
   * The keys that a token may be signed with: at least one, at most {@value #MAX_CANDIDATES}.
   *
   * @param kid the key that the token names, if any
   * @return the keys, or a {@link RefusedTokenException} with UNKNOWN_KEY or KEYS_UNAVAILABLE
   */
  Mono<List<JWK>> find(JWSAlgorithm algorithm, @Nullable String kid) {
    KeySnapshot current = trusted();
    if (current != null && current.keys().knows(kid)) {
      return select(current, algorithm, kid);
    }
    if (kid != null && unknown.contains(kid)) {
      return unknownKey("the issuer has no such key");
    }
    FetchGate.Entry entry = gate.joinOrStartIfDue();
    return entry == null
        ? unavailable(gate.untilDue())
        : entry
            .fetch()
            .outcome(settings.maxWaiting())
            .flatMap(outcome -> decide(outcome, entry.joined(), algorithm, kid));
  }

  /** Fetches the keys now, or joins the fetch under way. Never an error. */
  Mono<Outcome> refresh() {
    return Mono.defer(() -> gate.joinOrStart().outcome());
  }

  /** Which keys are trusted now; 0 for none. Changes when they do. */
  long generation() {
    KeySnapshot current = trusted();
    return current == null ? 0 : current.generation();
  }

  /** How long ago the issuer confirmed these keys; null if it never did. */
  @Nullable Duration age() {
    KeySnapshot current = snapshot;
    return current == null ? null : Duration.between(current.confirmedAt(), clock.instant());
  }

  /** Ends the fetch under way, and starts no other. */
  @Override
  public void close() {
    gate.close();
  }

  private @Nullable KeySnapshot trusted() {
    KeySnapshot current = snapshot;
    return current != null
            && clock.instant().isBefore(current.confirmedAt().plus(settings.maxStaleness()))
        ? current
        : null;
  }

  private Mono<List<JWK>> select(
      KeySnapshot current, JWSAlgorithm algorithm, @Nullable String kid) {
    List<JWK> candidates = current.keys().candidates(algorithm, kid);
    if (candidates.isEmpty()) {
      return unknownKey("the issuer has no such key for the token's algorithm");
    }
    if (candidates.size() > MAX_CANDIDATES) {
      return unknownKey("the token does not say which of the issuer's keys signed it");
    }
    return Mono.just(candidates);
  }

  private Mono<List<JWK>> decide(
      Outcome outcome, boolean joined, JWSAlgorithm algorithm, @Nullable String kid) {
    return switch (outcome) {
      case Outcome.Failed() -> unavailable(settings.minRefetchInterval());
      case Outcome.Fetched(KeySnapshot fetched) -> {
        if (fetched.keys().knows(kid)) {
          yield select(fetched, algorithm, kid);
        }
        if (joined) {
          // The answer may have been on its way before the key was made: to be asked again.
          yield unavailable(gate.untilDue());
        }
        if (kid != null) {
          unknown.add(kid);
        }
        yield unknownKey("the issuer has no such key");
      }
    };
  }

  private void start(KeyFetch fetch) {
    fetch.start(
        Mono.defer(source::fetch)
            .timeout(settings.fetchTimeout(), scheduler)
            .switchIfEmpty(Mono.error(() -> new ProviderException("the provider sent no keys")))
            .doOnNext(keys -> succeed(fetch, keys))
            .onErrorResume(
                failure -> {
                  fail(fetch, failure);
                  return Mono.empty();
                }));
  }

  private void succeed(KeyFetch fetch, KeySet keys) {
    KeySnapshot before = snapshot;
    Instant now = clock.instant();
    KeySnapshot after = before == null ? new KeySnapshot(keys, now, 1) : before.confirm(keys, now);
    snapshot = after;
    gate.end(fetch);
    if (before == null || before.generation() != after.generation()) {
      unknown.clear();
      log.atInfo()
          .addKeyValue("issuer", issuer)
          .addKeyValue("keys", keys.keys().size())
          .log("The issuer has new keys");
    }
    fetch.end(new Outcome.Fetched(after));
    tell(RefreshOutcome.SUCCESS);
  }

  private void fail(KeyFetch fetch, Throwable failure) {
    gate.end(fetch);
    log.atWarn()
        .addKeyValue("issuer", issuer)
        .addKeyValue("cause", Causes.ofFetch(failure))
        .log("The issuer's keys could not be fetched");
    fetch.end(new Outcome.Failed());
    tell(RefreshOutcome.FAILURE);
  }

  /** A listener that fails must not cost the keys. */
  private void tell(RefreshOutcome outcome) {
    try {
      events.refreshed(issuer, outcome);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("issuer", issuer).setCause(e).log("A listener failed");
    }
  }

  private <T> Mono<T> unknownKey(String detail) {
    return Mono.error(new RefusedTokenException(Reason.UNKNOWN_KEY, detail, issuer));
  }

  private <T> Mono<T> unavailable(Duration retryAfter) {
    return Mono.error(
        new RefusedTokenException(
            new Refusal(
                Reason.KEYS_UNAVAILABLE,
                "the issuer's keys cannot be had now",
                issuer,
                retryAfter)));
  }
}
