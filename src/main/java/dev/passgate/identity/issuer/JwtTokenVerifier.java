package dev.passgate.identity.issuer;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtIssuerReactiveAuthenticationManagerResolver;
import reactor.core.publisher.Mono;

/**
 * Verifies JWTs of the issuers that are registered when it is made.
 *
 * <p>From cheap to dear, so that a hopeless token costs nobody anything: its length; whether it was
 * verified before; its form and what it says of itself ({@link UnverifiedToken}); its issuer's
 * rules ({@link ClaimRules}); then Spring Security's verification with the issuer's keys, which may
 * have to be fetched; the rules again; and what its claims come to ({@link ClaimsVerdict}).
 */
final class JwtTokenVerifier implements TokenVerifier {

  private static final Logger log = LoggerFactory.getLogger(JwtTokenVerifier.class);

  private final Function<String, @Nullable TrustedIssuer> issuers;
  private final int maxTokenLength;
  private final Measure inTime;
  private final @Nullable Measure late;

  /**
   * What tokens are measured by.
   *
   * @param cache the ones that passed
   */
  private record Measure(
      TokenCache cache,
      Function<TrustedIssuer, ClaimRules> rules,
      Mono<ReactiveAuthenticationManager> authentication) {}

  /** One that knows no grace. */
  JwtTokenVerifier(IssuerRegistry registry, TokenCache cache, int maxTokenLength) {
    this(registry, cache, null, maxTokenLength);
  }

  /**
   * @param late remembers tokens that have ended; null where there is no grace
   */
  JwtTokenVerifier(
      IssuerRegistry registry, TokenCache cache, @Nullable TokenCache late, int maxTokenLength) {
    this.issuers = registry.lookup();
    this.maxTokenLength = maxTokenLength;
    this.inTime =
        new Measure(cache, TrustedIssuer::rules, resolve(issuers, TrustedIssuer::authentication));
    this.late =
        late == null
            ? null
            : new Measure(
                late,
                TrustedIssuer::lateRules,
                resolve(issuers, TrustedIssuer::lateAuthentication));
  }

  /**
   * Spring Security's choice of the issuer by the token. Its resolver is made for web exchanges and
   * ignores them: it has one manager, which looks at nothing but the token. So it is asked once,
   * without an exchange, by its erased signature, and nothing in here knows what an exchange is.
   */
  @SuppressWarnings({"unchecked", "NullAway"})
  private static Mono<ReactiveAuthenticationManager> resolve(
      Function<String, @Nullable TrustedIssuer> issuers,
      Function<TrustedIssuer, ReactiveAuthenticationManager> manager) {
    ReactiveAuthenticationManagerResolver<?> resolver =
        new JwtIssuerReactiveAuthenticationManagerResolver(
            issuerUri -> Mono.justOrEmpty(issuers.apply(issuerUri)).map(manager));
    return ((ReactiveAuthenticationManagerResolver<Object>) resolver).resolve(null);
  }

  @Override
  public Mono<Verdict> verify(String token, Trail trail) {
    return verify(token, trail, inTime);
  }

  @Override
  public @Nullable Identity known(String token) {
    return token.length() > maxTokenLength ? null : inTime.cache().get(TokenDigest.of(token));
  }

  /** Only what has ended is looked at a second time, and found out before any signature. */
  @Override
  public Mono<Verdict> verifyLate(String token, Trail trail) {
    Measure measure = late;
    return measure == null
        ? verify(token, trail)
        : verify(token, trail)
            .flatMap(
                verdict ->
                    verdict instanceof Refusal refusal && refusal.reason() == Reason.EXPIRED
                        ? verify(token, trail, measure)
                        : Mono.just(verdict));
  }

  @SuppressWarnings("ReferenceEquality") // which trail it is, not what it is like
  private Mono<Verdict> verify(String token, Trail trail, Measure measure) {
    if (token.length() > maxTokenLength) {
      return Mono.just(
          Refusal.of(
              Reason.MALFORMED_TOKEN,
              "the token is longer than the " + maxTokenLength + " bytes that are allowed"));
    }
    try {
      TokenDigest digest = TokenDigest.of(token);
      Identity known = trail == Trail.NONE ? measure.cache().get(digest) : null;
      return known != null
          ? Mono.just(known)
          : Mono.defer(() -> check(token, digest, trail, measure))
              .onErrorResume(failure -> Mono.just(refusal(failure, null)));
    } catch (RuntimeException e) {
      return Mono.just(refusal(e, null));
    }
  }

  private Mono<Verdict> check(String token, TokenDigest digest, Trail trail, Measure measure) {
    UnverifiedToken unverified = UnverifiedToken.parse(token);
    trail.passed(Check.TOKEN);
    TrustedIssuer issuer = issuers.apply(unverified.claims().issuer());
    if (issuer == null) {
      throw new RefusedTokenException(
          Reason.UNKNOWN_ISSUER, "the token's issuer is not a trusted one");
    }
    trail.passed(Check.ISSUER);
    measure.rules().apply(issuer).check(unverified, trail);
    BooleanSupplier basis = issuer.basis();
    return measure
        .authentication()
        .flatMap(manager -> manager.authenticate(new BearerTokenAuthenticationToken(token)))
        .doOnNext(_ -> trail.passed(Check.SIGNATURE))
        .map(authenticated -> identify(issuer, authenticated, trail))
        .flatMap(verdict -> issuer.confirm(verdict, token, digest, trail))
        .doOnNext(
            verdict -> {
              if (verdict instanceof Identity identity) {
                measure.cache().put(digest, identity, basis);
              }
            })
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("no authentication")))
        .onErrorResume(failure -> Mono.just(refusal(failure, issuer.name())));
  }

  private static Verdict identify(TrustedIssuer issuer, Authentication authenticated, Trail trail) {
    if (!(authenticated.getCredentials() instanceof Jwt jwt)) {
      throw new IllegalStateException("not authenticated by a JWT");
    }
    Instant expiresAt = RegisteredClaims.of(jwt.getClaims()).expiresAt();
    return issuer.verdict().of(jwt.getClaims(), expiresAt, trail);
  }

  static Verdict refusal(Throwable failure, @Nullable String issuer) {
    Refusal refusal = Causes.refusal(failure, issuer);
    if (refusal != null) {
      return refusal;
    }
    log.atError()
        .addKeyValue("issuer", issuer)
        .addKeyValue("cause", Causes.withoutMessages(failure))
        .log("A token could not be checked, and is refused");
    return new Refusal(Reason.INTERNAL_ERROR, "the token could not be checked", issuer, null);
  }
}
