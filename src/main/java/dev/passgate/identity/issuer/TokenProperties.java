package dev.passgate.identity.issuer;

import dev.passgate.setting.InvalidSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is looked at as a token, and how many verified ones are remembered.
 *
 * @param maxTokenSize the longest token that is looked at
 * @param tokenCache the memory of verified tokens
 */
@ConfigurationProperties("passgate.authentication")
record TokenProperties(
    @DefaultValue("64KB") DataSize maxTokenSize, @DefaultValue TokenCache tokenCache) {

  /**
   * The memory of verified tokens.
   *
   * @param maxEntries how many are remembered; 0 verifies every request anew
   */
  record TokenCache(@DefaultValue("10000") int maxEntries) {}

  private static final DataSize LARGEST = DataSize.ofMegabytes(2);

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
  }

  /** The longest token in bytes, which for a token in compact form are its characters. */
  int maxTokenLength() {
    return Math.toIntExact(maxTokenSize.toBytes());
  }
}
