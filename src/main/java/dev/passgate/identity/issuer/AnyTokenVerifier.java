package dev.passgate.identity.issuer;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Verifies JWTs by their signature, and asks about opaque tokens the issuer that they are of. */
final class AnyTokenVerifier implements TokenVerifier {

  private final JwtTokenVerifier jwts;
  private final OpaqueTokens opaque;
  private final TokenCache cache;
  private final int maxTokenLength;

  /**
   * @param jwts also says what is wrong with a token that is nobody's
   */
  AnyTokenVerifier(
      JwtTokenVerifier jwts, OpaqueTokens opaque, TokenCache cache, int maxTokenLength) {
    this.jwts = jwts;
    this.opaque = opaque;
    this.cache = cache;
    this.maxTokenLength = maxTokenLength;
  }

  @Override
  public Mono<Verdict> verify(String token, Trail trail) {
    if (token.length() > maxTokenLength || TokenForm.isJwt(token)) {
      return jwts.verify(token, trail);
    }
    TrustedIssuer issuer = opaque.issuerOf(token);
    return issuer == null
        ? jwts.verify(token, trail)
        : Mono.defer(() -> verify(token, issuer, trail))
            .onErrorResume(failure -> Mono.just(JwtTokenVerifier.refusal(failure, issuer.name())));
  }

  @Override
  public @Nullable Identity known(String token) {
    return token.length() > maxTokenLength
            || TokenForm.isJwt(token)
            || opaque.issuerOf(token) == null
        ? jwts.known(token)
        : cache.get(TokenDigest.of(token));
  }

  /** An issuer says of an opaque token that has ended only that: nothing is known of it then. */
  @Override
  public Mono<Verdict> verifyLate(String token, Trail trail) {
    return token.length() > maxTokenLength || TokenForm.isJwt(token)
        ? jwts.verifyLate(token, trail)
        : verify(token, trail);
  }

  @SuppressWarnings("ReferenceEquality") // which trail it is, not what it is like
  private Mono<Verdict> verify(String token, TrustedIssuer issuer, Trail trail) {
    TokenDigest digest = TokenDigest.of(token);
    Identity known = trail == Trail.NONE ? cache.get(digest) : null;
    if (known != null) {
      return Mono.just(known);
    }
    trail.passed(Check.ISSUER);
    BooleanSupplier basis = issuer.answerBasis();
    return issuer
        .ask(token, digest, trail)
        .doOnNext(
            verdict -> {
              if (verdict instanceof Identity identity) {
                cache.put(digest, identity, basis);
              }
            });
  }
}
