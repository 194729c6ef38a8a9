package dev.passgate.cluster.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * A token for each user, signed by the gateway, short-lived, and used for half of its life.
 *
 * <p>Signs on the thread that asks, an event loop: for a user once in half a lifetime, and only for
 * users that were let in. That takes a fifth of a millisecond with a key on P-256, and between one
 * and two on P-384 or with RSA of 2048 bits; to move to another thread and back for it would cost
 * every request. Threads do not wait for each other; two that need the same token both sign it.
 */
final class SignedToken implements Trust {

  /** A secret while it lasts. */
  private record Signed(String authorization, String keyId, Instant usableUntil) {

    boolean isUsable(SigningKey key, Instant now) {
      return keyId.equals(key.id()) && now.isBefore(usableUntil);
    }

    @Override
    public String toString() {
      return "Signed[***]";
    }
  }

  private final TrinoKeys keys;
  private final String issuer;
  private final String audience;
  private final @Nullable String principal;
  private final Duration lifetime;
  private final InstantSource clock;
  private final Cache<String, Signed> signed;

  /**
   * @param maxUsers for how many users a token is remembered
   */
  SignedToken(
      TrinoKeys keys, JwtSettings settings, String cluster, InstantSource clock, int maxUsers) {
    this.keys = keys;
    this.issuer = settings.issuer();
    this.audience = settings.audience() == null ? cluster : settings.audience();
    this.principal = settings.principal();
    this.lifetime = settings.lifetime();
    this.clock = clock;
    this.signed =
        Caffeine.newBuilder()
            .maximumSize(maxUsers)
            .expireAfterWrite(lifetime.dividedBy(2))
            .executor(Runnable::run)
            .build();
  }

  @Override
  public String authorization(String caller) {
    String subject = principal == null ? caller : principal;
    SigningKey key = keys.signing();
    Instant now = clock.instant();
    Signed known = signed.getIfPresent(subject);
    if (known == null || !known.isUsable(key, now)) {
      known = sign(subject, key, now);
      signed.put(subject, known);
    }
    return known.authorization();
  }

  private Signed sign(String subject, SigningKey key, Instant now) {
    Instant issuedAt = now.truncatedTo(ChronoUnit.SECONDS);
    // No nbf: with a clock that is behind, Trino would refuse what is meant to be good at once.
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .subject(subject)
            .audience(audience)
            .issueTime(Date.from(issuedAt))
            .expirationTime(Date.from(issuedAt.plus(lifetime)))
            .build();
    return new Signed("Bearer " + key.sign(claims), key.id(), issuedAt.plus(lifetime.dividedBy(2)));
  }

  /** How many tokens are remembered. */
  long size() {
    signed.cleanUp();
    return signed.estimatedSize();
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "SignedToken[issuer=" + issuer + ", audience=" + audience + "]";
  }
}
