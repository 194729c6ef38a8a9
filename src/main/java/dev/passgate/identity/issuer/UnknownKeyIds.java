package dev.passgate.identity.issuer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * The key ids that an issuer lately said it has no key for, so that they are refused at once.
 * Bounded in number, and each in length by {@link UnverifiedToken#MAX_KEY_ID_LENGTH}: strangers
 * fill it.
 */
final class UnknownKeyIds {

  private static final int MAX_ENTRIES = 10_000;
  private static final Duration TTL = Duration.ofMinutes(1);

  private final Cache<String, Boolean> ids;

  UnknownKeyIds(InstantSource clock) {
    this.ids =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(TTL)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  boolean contains(String kid) {
    return ids.getIfPresent(kid) != null;
  }

  void add(String kid) {
    ids.put(kid, true);
  }

  void clear() {
    ids.invalidateAll();
  }

  /** How many are remembered. */
  long size() {
    ids.cleanUp();
    return ids.estimatedSize();
  }
}
