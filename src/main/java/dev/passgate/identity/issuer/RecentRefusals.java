package dev.passgate.identity.issuer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.TokenDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that an issuer lately said nothing good of, so that it is not asked again with each
 * request. Apart from the tokens that are good, as strangers fill it. Bounded, thread-safe.
 */
final class RecentRefusals {

  private static final int MAX_ENTRIES = 10_000;
  private static final Duration MAX_TTL = Duration.ofSeconds(10);

  private final Cache<TokenDigest, Refusal> refusals;

  /**
   * @param ttl for how long an answer counts; what is refused, for {@link #MAX_TTL} at most
   */
  RecentRefusals(Duration ttl, InstantSource clock) {
    this.refusals =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(ttl.compareTo(MAX_TTL) < 0 ? ttl : MAX_TTL)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  @Nullable Refusal get(TokenDigest digest) {
    return refusals.getIfPresent(digest);
  }

  /** Remembers a refusal, unless it says that it cannot be told now. */
  void put(TokenDigest digest, Refusal refusal) {
    switch (refusal.reason().kind()) {
      case UNAUTHENTICATED, FORBIDDEN -> refusals.put(digest, refusal);
      case LIMITED, UNAVAILABLE -> {
        // passes by itself
      }
    }
  }

  /** How many are remembered. */
  long size() {
    refusals.cleanUp();
    return refusals.estimatedSize();
  }
}
