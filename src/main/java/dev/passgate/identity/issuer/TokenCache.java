package dev.passgate.identity.issuer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.passgate.identity.Identity;
import dev.passgate.identity.TokenDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified, so that the requests of one query verify once. What is remembered
 * holds while what it rests on is the same, such as the issuer's keys and its lists, and until the
 * token's {@code exp}; only identities are remembered. Thread-safe.
 */
final class TokenCache {

  private record Entry(Identity identity, BooleanSupplier basis) {

    boolean holds(InstantSource clock, Duration grace) {
      return basis.getAsBoolean() && clock.instant().isBefore(identity.expiresAt().plus(grace));
    }
  }

  private final InstantSource clock;
  private final Duration grace;
  private final Cache<TokenDigest, Entry> entries;

  TokenCache(int maxEntries, InstantSource clock) {
    this(maxEntries, clock, Duration.ZERO);
  }

  /**
   * @param grace for how long tokens are remembered beyond their {@code exp}
   */
  TokenCache(int maxEntries, InstantSource clock, Duration grace) {
    this.clock = clock;
    this.grace = grace;
    this.entries =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfter(
                Expiry.<TokenDigest, Entry>creating(
                    (digest, entry) ->
                        Duration.between(
                            clock.instant(), entry.identity().expiresAt().plus(grace))))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  @Nullable Identity get(TokenDigest digest) {
    Entry entry = entries.getIfPresent(digest);
    return entry != null && entry.holds(clock, grace) ? entry.identity() : null;
  }

  /**
   * Remembers an identity.
   *
   * @param basis whether all that the identity rests on is still as it was before the token was
   *     verified; asked now, so that what changed meanwhile counts, and for each request. Never
   *     blocks
   */
  void put(TokenDigest digest, Identity identity, BooleanSupplier basis) {
    if (basis.getAsBoolean()) {
      entries.put(digest, new Entry(identity, basis));
    }
  }

  /** How many are remembered. */
  long size() {
    entries.cleanUp();
    return entries.estimatedSize();
  }
}
