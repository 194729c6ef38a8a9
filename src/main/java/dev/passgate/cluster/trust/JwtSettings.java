package dev.passgate.cluster.trust;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The tokens that the gateway signs for a cluster.
 *
 * @param issuer the {@code iss} claim
 * @param audience the {@code aud} claim; the cluster's name where there is none
 * @param lifetime how long a token is good, 5s to 10m; it is used for half of that time
 * @param principal the {@code sub} claim of every token; the user where there is none
 */
public record JwtSettings(
    @DefaultValue(DEFAULT_ISSUER) String issuer,
    @Nullable String audience,
    @DefaultValue("60s") Duration lifetime,
    @Nullable String principal) {

  private static final String DEFAULT_ISSUER = "passgate";

  /** What holds where nothing is set. */
  public static final JwtSettings DEFAULT =
      new JwtSettings(DEFAULT_ISSUER, null, Duration.ofSeconds(60), null);

  private static final Duration MIN_LIFETIME = Duration.ofSeconds(5);
  private static final Duration MAX_LIFETIME = Duration.ofMinutes(10);

  /**
   * Looks for mistakes.
   *
   * @param key what the keys of this record begin with
   * @throws InvalidSetting at the first one
   */
  public void check(String key) {
    checkText(key + "issuer", issuer);
    checkText(key + "audience", audience);
    checkText(key + "principal", principal);
    if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw new InvalidSetting(key + "lifetime", lifetime, "a duration of 5s to 10m");
    }
  }

  private static void checkText(String key, @Nullable String value) {
    if (value != null && (value.isBlank() || !value.strip().equals(value))) {
      throw new InvalidSetting(key, value, "text that neither begins nor ends with a blank");
    }
  }
}
