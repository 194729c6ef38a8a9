package dev.passgate.identity.introspection;

import dev.passgate.file.WatchedFile;
import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Placeholder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an issuer is asked about tokens, as the program works with it.
 *
 * @param uri its endpoint where it is configured
 * @param client who asks
 * @param includesJwts whether it is asked about its JWTs as well
 * @param tokenPrefix what its opaque tokens begin with; empty for all that are no other's
 * @param cacheTtl for how long an answer counts
 * @param timeout the time that it has to answer
 * @param maxConcurrent how many questions may be under way
 * @param requireAudience whether an answer without aud is refused
 */
public record IntrospectionSettings(
    @Nullable URI uri,
    ClientCredentials client,
    boolean includesJwts,
    String tokenPrefix,
    Duration cacheTtl,
    Duration timeout,
    int maxConcurrent,
    boolean requireAudience) {

  private static final Duration MAX_CACHE_TTL = Duration.ofMinutes(5);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
  private static final Set<String> TOKENS = Set.of("opaque", "all");

  /** What tokens are made of (RFC 6750, section 2.1). */
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._~+/-]{1,64}");

  /**
   * Checks what is configured, and reads the file, which blocks.
   *
   * @param key the key above, such as {@code passgate.issuers.acme.introspection}
   * @param uri the endpoint where it is configured
   * @throws InvalidSetting for the first mistake
   */
  public static IntrospectionSettings of(
      String key, IntrospectionProperties properties, @Nullable URI uri) {
    if (!TOKENS.contains(properties.tokens())) {
      throw new InvalidSetting(key + ".tokens", properties.tokens(), "opaque or all");
    }
    String prefix = properties.tokenPrefix();
    if (prefix != null && !PREFIX.matcher(prefix).matches()) {
      throw new InvalidSetting(
          key + ".token-prefix",
          prefix,
          "up to 64 characters that stand in tokens, or no such key");
    }
    if (properties.maxConcurrent() < 1 || properties.maxConcurrent() > 10_000) {
      throw new InvalidSetting(
          key + ".max-concurrent", properties.maxConcurrent(), "a number from 1 to 10000");
    }
    return new IntrospectionSettings(
        uri,
        client(key, properties),
        properties.tokens().equals("all"),
        prefix == null ? "" : prefix,
        duration(key + ".cache-ttl", properties.cacheTtl(), Duration.ZERO, MAX_CACHE_TTL),
        duration(key + ".timeout", properties.timeout(), Duration.ofMillis(1), MAX_TIMEOUT),
        properties.maxConcurrent(),
        properties.requireAudience());
  }

  private static ClientCredentials client(String key, IntrospectionProperties properties) {
    String id = properties.clientId();
    if (id == null || id.isBlank()) {
      throw new InvalidSetting(
          key + ".client-id", id, "the name by which the issuer knows this gateway");
    }
    String secret = properties.clientSecret();
    String file = properties.clientSecretFile();
    if (secret != null && file != null) {
      throw new InvalidSetting(key + ".client-secret-file", file, "no client-secret beside it");
    }
    if (file != null) {
      return ClientCredentials.of(id, read(key + ".client-secret-file", file));
    }
    if (secret == null || secret.isBlank()) {
      throw new InvalidSetting(
          key + ".client-secret", null, "the secret of client-id, here or in client-secret-file");
    }
    Placeholder.refuse(key + ".client-secret", secret);
    return ClientCredentials.of(id, secret);
  }

  private static WatchedFile<String> read(String key, String file) {
    try {
      return WatchedFile.read(Path.of(file), ClientCredentials::read);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(key, file, "a file with a secret (" + e.getMessage() + ")");
    }
  }

  private static Duration duration(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidSetting(key, value, "a duration from " + least + " to " + most);
    }
    return value;
  }
}
