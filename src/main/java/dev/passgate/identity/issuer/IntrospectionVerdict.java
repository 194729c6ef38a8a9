package dev.passgate.identity.issuer;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.introspection.Introspection;
import dev.passgate.identity.introspection.Introspection.Active;
import dev.passgate.identity.introspection.IntrospectionSettings;
import dev.passgate.identity.introspection.Introspector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What becomes of one issuer's tokens by what it says of them when it is asked. */
final class IntrospectionVerdict {

  private static final Duration SOON = Duration.ofSeconds(1);

  private final String issuer;
  private final Introspector introspector;
  private final AnswerRules rules;
  private final ClaimsVerdict claims;
  private final InstantSource clock;
  private final RecentRefusals refusals;

  IntrospectionVerdict(
      IssuerSettings settings,
      IntrospectionSettings introspection,
      Introspector introspector,
      ClaimsVerdict claims,
      InstantSource clock) {
    this.issuer = settings.name();
    this.introspector = introspector;
    this.rules = new AnswerRules(settings, introspection);
    this.claims = claims;
    this.clock = clock;
    this.refusals = new RecentRefusals(introspection.cacheTtl(), clock);
  }

  /** Who an opaque token stands for: whoever the issuer's answer is about. */
  Mono<Verdict> ofOpaque(String token, TokenDigest digest, Trail trail) {
    return ask(
        token,
        digest,
        trail,
        active -> {
          Instant expiresAt = rules.check(active.claims(), clock.instant(), trail);
          return () -> claims.of(active.claims(), expiresAt, trail);
        });
  }

  /** The identity of a JWT that was verified, if the issuer has not taken the token back. */
  Mono<Verdict> ofJwt(Identity identity, String token, TokenDigest digest, Trail trail) {
    return ask(
        token,
        digest,
        trail,
        active -> {
          rules.checkJwt(active.claims(), clock.instant(), trail);
          return () -> identity;
        });
  }

  /** What follows from an answer that keeps the rules. */
  @FunctionalInterface
  private interface Conclusion {
    Verdict draw();
  }

  @SuppressWarnings("ReferenceEquality") // which trail it is, not what it is like
  private Mono<Verdict> ask(
      String token, TokenDigest digest, Trail trail, Function<Active, Conclusion> check) {
    Refusal known = trail == Trail.NONE ? refusals.get(digest) : null;
    if (known != null) {
      return Mono.just(known);
    }
    return introspector
        .ask(token, digest)
        .map(answer -> verdict(answer, check))
        .doOnNext(
            verdict -> {
              if (verdict instanceof Refusal refusal) {
                refusals.put(digest, refusal);
              }
            });
  }

  private Verdict verdict(Introspection answer, Function<Active, Conclusion> check) {
    return switch (answer) {
      case Active active -> conclude(active, check);
      case Introspection.Inactive _ ->
          Refusal.of(
              Reason.INACTIVE_TOKEN, "the token's issuer says that it is not active", issuer);
      case Introspection.Unavailable _ -> unavailable();
      case Introspection.Overloaded _ ->
          new Refusal(Reason.OVERLOADED, "too many tokens are being asked about", issuer, SOON);
    };
  }

  private Verdict conclude(Active active, Function<Active, Conclusion> check) {
    Conclusion conclusion;
    try {
      conclusion = check.apply(active);
    } catch (RefusedTokenException e) {
      // not the token is malformed, which nobody can look into, but what was said of it
      return e.refusal().reason() == Reason.MALFORMED_TOKEN ? unavailable() : e.refusal();
    }
    return conclusion.draw();
  }

  private Refusal unavailable() {
    return new Refusal(
        Reason.PROVIDER_UNAVAILABLE,
        "the token's issuer cannot be asked about it now",
        issuer,
        SOON);
  }
}
