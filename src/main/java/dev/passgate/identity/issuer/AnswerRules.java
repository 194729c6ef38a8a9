package dev.passgate.identity.issuer;

import dev.passgate.identity.Check;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.introspection.IntrospectionSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an issuer's answer about an active token must say (RFC 7662, section 2.2). */
final class AnswerRules {

  /** For how long an identity holds that nothing says the end of, at the least. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final IssuerSettings settings;
  private final IntrospectionSettings introspection;

  AnswerRules(IssuerSettings settings, IntrospectionSettings introspection) {
    this.settings = settings;
    this.introspection = introspection;
  }

  /**
   * Checks what an answer says of an opaque token, of which nothing else is known.
   *
   * @return when the token ends; where the answer does not tell, when the answer no longer counts
   * @throws RefusedTokenException for the first rule broken; MALFORMED_TOKEN for an answer that is
   *     not of the form
   */
  Instant check(Map<String, @Nullable Object> claims, Instant now, Trail trail) {
    checkToken(claims);
    trail.passed(Check.INTROSPECTION);
    @Nullable Instant expiresAt = checkTimes(claims, now, trail);
    List<String> audiences = RegisteredClaims.audiences(claims.get("aud"));
    boolean unsaid = !claims.containsKey("aud") && !introspection.requireAudience();
    if (!unsaid && Collections.disjoint(audiences, settings.audiences())) {
      throw refused(Reason.AUDIENCE_MISMATCH, "the token is meant for another audience");
    }
    trail.passed(Check.AUDIENCE);
    settings
        .restrictions()
        .checkLifetime(
            RegisteredClaims.time(claims, "iat"), expiresAt, now, settings.clockSkew(), trail);
    return expiresAt == null ? now.plus(holds()) : expiresAt;
  }

  /**
   * Checks what an answer says of a JWT whose own claims were checked.
   *
   * @throws RefusedTokenException as above
   */
  void checkJwt(Map<String, @Nullable Object> claims, Instant now, Trail trail) {
    checkToken(claims);
    trail.passed(Check.INTROSPECTION);
    var _ = checkTimes(claims, now, Trail.NONE);
  }

  private void checkToken(Map<String, @Nullable Object> claims) {
    String issuer = RegisteredClaims.text(claims, "iss");
    if (issuer != null && !issuer.equals(settings.issuerUri())) {
      throw refused(Reason.UNKNOWN_ISSUER, "the token is of another issuer");
    }
    String type = RegisteredClaims.text(claims, "token_type");
    if (type != null && !type.equalsIgnoreCase("Bearer")) {
      throw refused(Reason.TYPE_NOT_ALLOWED, "the token is of another type than Bearer");
    }
  }

  /** When the token ends, null where the answer does not tell. */
  private @Nullable Instant checkTimes(
      Map<String, @Nullable Object> claims, Instant now, Trail trail) {
    Instant expiresAt = RegisteredClaims.time(claims, "exp");
    if (expiresAt != null && !now.isBefore(expiresAt.plus(settings.clockSkew()))) {
      throw refused(Reason.EXPIRED, "the token has expired");
    }
    trail.passed(Check.EXPIRY);
    Instant notBefore = RegisteredClaims.time(claims, "nbf");
    if (notBefore != null && now.plus(settings.clockSkew()).isBefore(notBefore)) {
      throw refused(Reason.NOT_YET_VALID, "the token is not valid yet");
    }
    trail.passed(Check.NOT_BEFORE);
    return expiresAt;
  }

  /** For how long an identity holds that nothing says the end of. */
  private Duration holds() {
    Duration ttl = introspection.cacheTtl();
    return ttl.compareTo(MOMENT) < 0 ? MOMENT : ttl;
  }

  private RefusedTokenException refused(Reason reason, String detail) {
    return new RefusedTokenException(reason, detail, settings.name());
  }
}
