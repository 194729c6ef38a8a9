package dev.passgate.identity.issuer;

import dev.passgate.file.WatchedFile;
import dev.passgate.identity.Check;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.mapping.ClaimPath;
import dev.passgate.identity.mapping.NamePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of one issuer's tokens beyond being good ones.
 *
 * @param issuer the issuer's configured name
 * @param maxLifetime how long after {@code iat} a token may end, null for any time
 * @param denyList what is refused, null for nothing
 * @param requiredClaims what must be claimed
 * @param requiredScopes what must be in {@code scope} or {@code scp}
 * @param allowedUsers who may come in, null for everybody
 */
record Restrictions(
    String issuer,
    @Nullable Duration maxLifetime,
    @Nullable WatchedFile<DenyList> denyList,
    List<RequiredClaim> requiredClaims,
    Set<String> requiredScopes,
    @Nullable List<NamePattern> allowedUsers) {

  /**
   * A claim that must have a value.
   *
   * @param accepted the values in JSON's notation, texts without quotes
   */
  record RequiredClaim(ClaimPath path, Set<String> accepted) {

    boolean holds(Map<String, ? extends @Nullable Object> claims) {
      Object value = path.find(claims);
      return value instanceof List<?> list ? list.stream().anyMatch(this::accepts) : accepts(value);
    }

    private boolean accepts(@Nullable Object value) {
      return switch (value) {
        case String text -> accepted.contains(text);
        case Boolean truth -> accepted.contains(truth.toString());
        case Number number -> accepted.contains(number.toString());
        // a NumericDate, once Spring Security has seen it
        case Instant time -> accepted.contains(Long.toString(time.getEpochSecond()));
        case null, default -> false;
      };
    }
  }

  /** Nothing is asked. */
  static Restrictions none(String issuer) {
    return new Restrictions(issuer, null, null, List.of(), Set.of(), null);
  }

  Restrictions {
    requiredClaims = List.copyOf(requiredClaims);
    requiredScopes = Set.copyOf(requiredScopes);
    allowedUsers = allowedUsers == null ? null : List.copyOf(allowedUsers);
  }

  /**
   * Looks at the time for which a token is good.
   *
   * @throws RefusedTokenException where it is too long, or cannot be told
   */
  void checkLifetime(
      @Nullable Instant issuedAt,
      @Nullable Instant expiresAt,
      Instant now,
      Duration skew,
      Trail trail) {
    if (maxLifetime == null) {
      return;
    }
    if (issuedAt == null) {
      throw refused(Reason.LIFETIME_TOO_LONG, "the token does not say when it was issued");
    }
    if (expiresAt == null) {
      throw refused(Reason.LIFETIME_TOO_LONG, "the token does not say when it ends");
    }
    if (now.plus(skew).isBefore(issuedAt)) {
      throw refused(Reason.LIFETIME_TOO_LONG, "the token says that it will be issued later");
    }
    if (Duration.between(issuedAt, expiresAt).compareTo(maxLifetime) > 0) {
      throw refused(
          Reason.LIFETIME_TOO_LONG, "the token is good for longer than tokens may be here");
    }
    trail.passed(Check.LIFETIME);
  }

  /**
   * Looks at claims that are the issuer's own words.
   *
   * @throws RefusedTokenException for the first restriction that they do not keep to
   */
  void checkClaims(Map<String, ? extends @Nullable Object> claims, Trail trail) {
    if (denyList != null) {
      String why = denyList.value().why(claims);
      if (why != null) {
        throw refused(Reason.DENIED, why);
      }
      trail.passed(Check.DENY_LIST);
    }
    if (!requiredClaims.isEmpty()) {
      for (RequiredClaim required : requiredClaims) {
        if (!required.holds(claims)) {
          throw refused(
              Reason.CLAIM_MISMATCH,
              "the claim " + required.path().text() + " is not as it must be");
        }
      }
      trail.passed(Check.REQUIRED_CLAIMS);
    }
    if (!requiredScopes.isEmpty()) {
      if (!Scopes.of(claims).containsAll(requiredScopes)) {
        throw new RefusedTokenException(
            Refusal.insufficientScope("the token's scope is not enough", issuer, requiredScopes));
      }
      trail.passed(Check.REQUIRED_SCOPES);
    }
  }

  /**
   * Looks at the user that the claims came to.
   *
   * @throws RefusedTokenException where it is not an allowed one
   */
  void checkUser(String user, Trail trail) {
    if (allowedUsers == null) {
      return;
    }
    if (allowedUsers.stream().noneMatch(pattern -> pattern.matches(user))) {
      throw refused(Reason.USER_NOT_ALLOWED, "this user is not one that may come in here");
    }
    trail.passed(Check.ALLOWED_USERS);
  }

  private RefusedTokenException refused(Reason reason, String detail) {
    return new RefusedTokenException(reason, detail, issuer);
  }
}
