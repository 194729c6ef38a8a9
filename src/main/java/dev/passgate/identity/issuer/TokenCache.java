package dev.passgate.identity.issuer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.passgate.identity.Identity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified, so that the requests of one query verify once. What is remembered
 * holds while the issuer's keys are the same and trusted, and until the token's {@code exp}; only
 * identities are remembered. Thread-safe.
 */
final class TokenCache {

  private record Entry(Identity identity, IssuerKeys keys, long generation) {

    boolean holds(InstantSource clock) {
      return keys.generation() == generation && clock.instant().isBefore(identity.expiresAt());
    }
  }

  private final InstantSource clock;
  private final Cache<TokenDigest, Entry> entries;

  TokenCache(int maxEntries, InstantSource clock) {
    this.clock = clock;
    this.entries =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfter(
                Expiry.<TokenDigest, Entry>creating(
                    (digest, entry) ->
                        Duration.between(clock.instant(), entry.identity().expiresAt())))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  @Nullable Identity get(TokenDigest digest) {
    Entry entry = entries.getIfPresent(digest);
    return entry != null && entry.holds(clock) ? entry.identity() : null;
  }

  /**
   * Remembers an identity.
   *
   * @param generation the generation of the keys from before the token was verified, so that keys
   *     which changed meanwhile do not count; 0 where there were none
   */
  void put(TokenDigest digest, Identity identity, IssuerKeys keys, long generation) {
    if (generation != 0) {
      entries.put(digest, new Entry(identity, keys, generation));
    }
  }

  /** How many are remembered. */
  long size() {
    entries.cleanUp();
    return entries.estimatedSize();
  }
}
