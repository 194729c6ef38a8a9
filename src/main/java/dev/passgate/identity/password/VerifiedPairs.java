package dev.passgate.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.identity.Identity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * User names and passwords that were right a moment ago, so that the requests of one query are
 * hashed once. Only right ones are remembered, as digests. Thread-safe.
 */
final class VerifiedPairs {

  private record Entry(Identity identity, long version) {}

  private final InstantSource clock;
  private final Cache<PairDigest, Entry> entries;

  /**
   * @param maxEntries how many are remembered; 0 for none
   */
  VerifiedPairs(int maxEntries, Duration ttl, InstantSource clock) {
    this.clock = clock;
    this.entries =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfterWrite(ttl)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /**
   * Who a pair stands for.
   *
   * @param version the version of the source now
   * @return null where it is not known, or was found in another version of the source
   */
  @Nullable Identity get(PairDigest digest, long version) {
    Entry entry = entries.getIfPresent(digest);
    return entry != null
            && entry.version() == version
            && clock.instant().isBefore(entry.identity().expiresAt())
        ? entry.identity()
        : null;
  }

  /**
   * Remembers a right pair.
   *
   * @param version the version of the source from before it was asked
   */
  void put(PairDigest digest, Identity identity, long version) {
    entries.put(digest, new Entry(identity, version));
  }

  /** How many are remembered. */
  long size() {
    entries.cleanUp();
    return entries.estimatedSize();
  }
}
