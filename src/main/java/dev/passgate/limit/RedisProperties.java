package dev.passgate.limit;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Placeholder;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Redis in which replicas count together.
 *
 * @param url where replicas count together: {@code redis://host[:port][/database]}, or {@code
 *     rediss:} for TLS with a certificate that the JVM trusts; without a password
 * @param user the name of an account; Redis's default account if absent
 * @param password the account's password; none where Redis asks for none
 * @param timeLimit how long an answer of Redis may take before the replica counts by itself, 1ms to
 *     10s
 */
public record RedisProperties(
    @Nullable String url,
    @Nullable String user,
    @Nullable String password,
    @DefaultValue("250ms") Duration timeLimit) {

  static final String EXPECTED_URL =
      "redis://host[:port][/database], or rediss://... for TLS, without user and password";

  private static final String KEY = "passgate.limits.shared.redis.";
  private static final Pattern CREDENTIALS = Pattern.compile("^(\\w+://)?.*@", Pattern.DOTALL);
  private static final Pattern PATH = Pattern.compile("(/\\d{0,4})?");

  public RedisProperties {
    if (url == null || !isValid(url)) {
      throw new InvalidSetting(KEY + "url", url == null ? null : masked(url), EXPECTED_URL);
    }
    if (user != null && password == null) {
      throw new InvalidSetting(KEY + "password", null, "the password of " + KEY + "user");
    }
    Placeholder.refuse(KEY + "password", password);
    if (timeLimit.compareTo(Duration.ofMillis(1)) < 0
        || timeLimit.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new InvalidSetting(KEY + "time-limit", timeLimit, "a duration from 1ms to 10s");
    }
  }

  /** Without what may be a password, in whatever is no URL too. */
  private static String masked(String url) {
    return CREDENTIALS.matcher(url).replaceFirst("$1***@");
  }

  private static boolean isValid(String url) {
    try {
      URI uri = URI.create(url);
      return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && PATH.matcher(uri.getRawPath()).matches();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  @Override
  public String url() {
    return Objects.requireNonNull(url);
  }

  RedisURI uri() {
    RedisURI.Builder uri = RedisURI.builder(RedisURI.create(url())).withTimeout(timeLimit);
    if (user != null && password != null) {
      uri.withAuthentication(user, password);
    } else if (password != null) {
      uri.withPassword((CharSequence) password);
    }
    return uri.build();
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "RedisProperties[url=" + url + ", user=" + user + ", timeLimit=" + timeLimit + "]";
  }
}
