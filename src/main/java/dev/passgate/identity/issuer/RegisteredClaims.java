package dev.passgate.identity.issuer;

import dev.passgate.identity.Refusal.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registered claims of RFC 7519, section 4.1, that decide whether a token is for us and for
 * now. Each is of the type that the section gives it.
 *
 * @param issuer the {@code iss} claim
 * @param subject the {@code sub} claim where there is one
 * @param audiences the {@code aud} claim
 * @param expiresAt the {@code exp} claim, which we require
 * @param notBefore the {@code nbf} claim where there is one
 * @param issuedAt the {@code iat} claim where there is one
 */
record RegisteredClaims(
    String issuer,
    @Nullable String subject,
    List<String> audiences,
    Instant expiresAt,
    @Nullable Instant notBefore,
    @Nullable Instant issuedAt) {

  /** The end of the year 9999; later numbers overflow when others multiply them. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** OpenID Connect Core 1.0, section 2. It is kept with each remembered token. */
  private static final int MAX_SUBJECT_LENGTH = 255;

  RegisteredClaims {
    audiences = List.copyOf(audiences);
  }

  /**
   * Takes them from claims as they were parsed, or as Spring Security gives them, with times as
   * {@link Instant}.
   *
   * @throws RefusedTokenException where one has another type than the RFC gives it
   */
  static RegisteredClaims of(Map<String, ? extends @Nullable Object> claims) {
    Instant expiresAt = time(claims, "exp");
    if (expiresAt == null) {
      throw malformed("the token has no exp claim");
    }
    String issuer = text(claims, "iss");
    if (issuer == null) {
      throw malformed("the token has no iss claim");
    }
    return new RegisteredClaims(
        issuer,
        subject(claims),
        audiences(claims.get("aud")),
        expiresAt,
        time(claims, "nbf"),
        time(claims, "iat"));
  }

  /**
   * The {@code sub} claim where there is one.
   *
   * @throws RefusedTokenException where it is of another type, or longer than any that is kept
   */
  static @Nullable String subject(Map<String, ? extends @Nullable Object> claims) {
    String subject = text(claims, "sub");
    if (subject != null && subject.length() > MAX_SUBJECT_LENGTH) {
      throw malformed("the token's sub claim is longer than " + MAX_SUBJECT_LENGTH);
    }
    return subject;
  }

  /**
   * A claim that is a text, where there is one.
   *
   * @throws RefusedTokenException where it is of another type, or blank
   */
  static @Nullable String text(Map<String, ? extends @Nullable Object> claims, String name) {
    if (!claims.containsKey(name)) {
      return null;
    }
    if (claims.get(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw malformed("the token's " + name + " claim is no text");
  }

  /**
   * The values of an {@code aud} claim, none where there is none.
   *
   * @throws RefusedTokenException where it is of another type
   */
  static List<String> audiences(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String audience -> List.of(audience);
      case List<?> list -> list.stream().map(RegisteredClaims::audience).toList();
      default -> throw malformed("the token's aud claim is neither a text nor a list of texts");
    };
  }

  private static String audience(@Nullable Object value) {
    if (value instanceof String audience) {
      return audience;
    }
    throw malformed("the token's aud claim is neither a text nor a list of texts");
  }

  /**
   * A claim that is a NumericDate, where there is one.
   *
   * @throws RefusedTokenException where it is of another type, or out of range
   */
  static @Nullable Instant time(Map<String, ? extends @Nullable Object> claims, String name) {
    if (!claims.containsKey(name)) {
      return null;
    }
    return switch (claims.get(name)) {
      case Instant instant -> instant;
      case Long seconds when seconds >= 0 && seconds <= LAST_SECOND ->
          Instant.ofEpochSecond(seconds);
      case Double seconds when seconds >= 0 && seconds <= LAST_SECOND ->
          Instant.ofEpochSecond(seconds.longValue());
      case null, default -> throw malformed("the token's " + name + " claim is no point in time");
    };
  }

  private static RefusedTokenException malformed(String detail) {
    return new RefusedTokenException(Reason.MALFORMED_TOKEN, detail);
  }
}
