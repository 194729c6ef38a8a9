package dev.passgate.identity.introspection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How an issuer is asked about tokens.
 *
 * @param uri its introspection endpoint; found by discovery if absent
 * @param clientId what it knows this gateway by; required
 * @param clientSecret the secret that goes with it
 * @param clientSecretFile a file with the secret in the place of it, read again when it changes
 * @param tokens which tokens it is asked about: opaque, those that are no JWTs; all, its JWTs as
 *     well, after their own verification
 * @param tokenPrefix what its opaque tokens begin with; absent, those that no other issuer's prefix
 *     is for are its own
 * @param cacheTtl for how long an answer counts, up to 5m
 * @param timeout the time that it has to answer, up to 1m
 * @param maxConcurrent how many questions may be under way, 1 to 10000
 * @param requireAudience whether an answer without aud is refused
 */
public record IntrospectionProperties(
    @Nullable String uri,
    @Nullable String clientId,
    @Nullable String clientSecret,
    @Nullable String clientSecretFile,
    @DefaultValue("opaque") String tokens,
    @Nullable String tokenPrefix,
    @DefaultValue("30s") Duration cacheTtl,
    @DefaultValue("5s") Duration timeout,
    @DefaultValue("64") int maxConcurrent,
    @DefaultValue("true") boolean requireAudience) {

  /** Holds a secret. */
  @Override
  public String toString() {
    return "IntrospectionProperties[" + uri + ", " + clientId + "]";
  }
}
