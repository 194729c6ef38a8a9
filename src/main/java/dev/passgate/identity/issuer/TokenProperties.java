package dev.passgate.identity.issuer;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is looked at as a token, and how many verified ones are remembered.
 *
 * @param maxTokenSize the longest token that is looked at, 256B to 2MB; a longer one is refused
 *     unread
 * @param tokenCache the memory of verified tokens
 * @param expiryGrace for how long after its end a token may poll and cancel what it began, 0s to
 *     7d; it begins nothing
 */
@ConfigurationProperties("passgate.authentication")
record TokenProperties(
    @DefaultValue("64KB") DataSize maxTokenSize,
    @DefaultValue TokenCache tokenCache,
    @DefaultValue("1h") Duration expiryGrace) {

  /**
   * The memory of verified tokens.
   *
   * @param maxEntries how many verified tokens are remembered, up to 10000000; 0 verifies every
   *     request anew
   */
  record TokenCache(@DefaultValue("10000") int maxEntries) {}

  private static final DataSize LARGEST = DataSize.ofMegabytes(2);
  private static final Duration LONGEST_GRACE = Duration.ofDays(7);

  TokenProperties {
    if (maxTokenSize.compareTo(DataSize.ofBytes(256)) < 0 || maxTokenSize.compareTo(LARGEST) > 0) {
      throw new InvalidSetting(
          "passgate.authentication.max-token-size", maxTokenSize, "a size from 256B to 2MB");
    }
    if (tokenCache.maxEntries() < 0 || tokenCache.maxEntries() > 10_000_000) {
      throw new InvalidSetting(
          "passgate.authentication.token-cache.max-entries",
          tokenCache.maxEntries(),
          "a number from 0 to 10000000");
    }
    if (expiryGrace.isNegative() || expiryGrace.compareTo(LONGEST_GRACE) > 0) {
      throw new InvalidSetting(
          "passgate.authentication.expiry-grace", expiryGrace, "a duration from 0s to 7d");
    }
  }

  /** The longest token in bytes, which for a token in compact form are its characters. */
  int maxTokenLength() {
    return Math.toIntExact(maxTokenSize.toBytes());
  }
}
