package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.Check;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * What one issuer's tokens must say. Asked twice: of what a token claims, so that a hopeless one
 * causes no fetch and no cryptography, and of what its signature proves.
 */
final class ClaimRules implements OAuth2TokenValidator<Jwt> {

  private final IssuerSettings settings;
  private final InstantSource clock;
  private final Duration grace;

  ClaimRules(IssuerSettings settings, InstantSource clock) {
    this(settings, clock, Duration.ZERO);
  }

  /**
   * @param grace for how long after their {@code exp} tokens are still taken, beside the clock skew
   */
  ClaimRules(IssuerSettings settings, InstantSource clock, Duration grace) {
    this.settings = settings;
    this.clock = clock;
    this.grace = grace;
  }

  /**
   * The first word, on a token that anybody may have written.
   *
   * @param trail told of each rule that is kept
   * @throws RefusedTokenException for the first rule broken
   */
  void check(UnverifiedToken token, Trail trail) {
    check(token.algorithm());
    trail.passed(Check.ALGORITHM);
    check(token.claims(), trail);
  }

  /**
   * The last word, on verified claims.
   *
   * @throws RefusedTokenException for the first rule broken; a result could not carry the reason
   */
  @Override
  public OAuth2TokenValidatorResult validate(Jwt jwt) {
    if (!(jwt.getHeaders().get("alg") instanceof String algorithm)) {
      throw refused(Reason.MALFORMED_TOKEN, "the token names no algorithm");
    }
    check(JWSAlgorithm.parse(algorithm));
    check(RegisteredClaims.of(jwt.getClaims()), Trail.NONE);
    return OAuth2TokenValidatorResult.success();
  }

  private void check(JWSAlgorithm algorithm) {
    if (!settings.algorithms().contains(algorithm)) {
      throw refused(Reason.ALGORITHM_NOT_ALLOWED, "the token's algorithm is not an allowed one");
    }
  }

  private void check(RegisteredClaims claims, Trail trail) {
    if (!claims.issuer().equals(settings.issuerUri())) {
      throw refused(Reason.UNKNOWN_ISSUER, "the token is of another issuer");
    }
    Instant now = clock.instant();
    if (!now.isBefore(claims.expiresAt().plus(settings.clockSkew()).plus(grace))) {
      throw refused(Reason.EXPIRED, "the token has expired");
    }
    trail.passed(Check.EXPIRY);
    if (claims.notBefore() != null && now.plus(settings.clockSkew()).isBefore(claims.notBefore())) {
      throw refused(Reason.NOT_YET_VALID, "the token is not valid yet");
    }
    trail.passed(Check.NOT_BEFORE);
    if (Collections.disjoint(claims.audiences(), settings.audiences())) {
      throw refused(Reason.AUDIENCE_MISMATCH, "the token is meant for another audience");
    }
    trail.passed(Check.AUDIENCE);
    settings
        .restrictions()
        .checkLifetime(claims.issuedAt(), claims.expiresAt(), now, settings.clockSkew(), trail);
  }

  private RefusedTokenException refused(Reason reason, String detail) {
    return new RefusedTokenException(reason, detail, settings.name());
  }
}
