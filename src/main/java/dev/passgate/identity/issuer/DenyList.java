package dev.passgate.identity.issuer;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.passgate.file.JsonContent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are refused before they end. A token that does not say what the list goes by could be
 * any of those on it, and is refused too.
 *
 * @param tokenIds values of {@code jti}
 * @param subjects values of {@code sub}
 * @param issuedBefore refuses what was issued before it
 * @param issuedBeforeBySubject refuses what was issued before it to one subject
 */
record DenyList(
    Set<String> tokenIds,
    Set<String> subjects,
    @Nullable Instant issuedBefore,
    Map<String, Instant> issuedBeforeBySubject) {

  private static final String DENIED = "the token has been withdrawn";

  private record File(
      @Nullable List<@Nullable String> jti,
      @Nullable List<@Nullable String> sub,
      @JsonProperty("issued-before") @Nullable String issuedBefore,
      @JsonProperty("issued-before-by-sub")
          @Nullable Map<String, @Nullable String> issuedBeforeBySubject) {}

  DenyList {
    tokenIds = Set.copyOf(tokenIds);
    subjects = Set.copyOf(subjects);
    issuedBeforeBySubject = Map.copyOf(issuedBeforeBySubject);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException where it is not of the form; the message says where and why
   */
  static DenyList parse(byte[] content) {
    File file = JsonContent.read(content, File.class);
    Map<String, Instant> bySubject = new HashMap<>();
    if (file.issuedBeforeBySubject() != null) {
      file.issuedBeforeBySubject()
          .forEach((subject, time) -> bySubject.put(subject, time("issued-before-by-sub", time)));
    }
    return new DenyList(
        texts("jti", file.jti()),
        texts("sub", file.sub()),
        file.issuedBefore() == null ? null : time("issued-before", file.issuedBefore()),
        bySubject);
  }

  private static Set<String> texts(String field, @Nullable List<@Nullable String> values) {
    Set<String> texts = new HashSet<>();
    for (String value : values == null ? List.<@Nullable String>of() : values) {
      if (value == null || value.isBlank()) {
        throw new IllegalArgumentException("\"" + field + "\" has a value that is null or blank");
      }
      texts.add(value);
    }
    return texts;
  }

  private static Instant time(String field, @Nullable String text) {
    try {
      return Instant.parse(text == null ? "" : text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "\"" + field + "\" is no time such as 2026-01-01T00:00:00Z", e);
    }
  }

  /**
   * Why a token is refused, null where it is not.
   *
   * @throws RefusedTokenException where a claim is of another type than RFC 7519 gives it
   */
  @Nullable String why(Map<String, ? extends @Nullable Object> claims) {
    String tokenId = tokenIds.isEmpty() ? null : RegisteredClaims.text(claims, "jti");
    if (!tokenIds.isEmpty() && (tokenId == null || tokenIds.contains(tokenId))) {
      return tokenId == null ? "the token has no jti claim, by which some are withdrawn" : DENIED;
    }
    boolean bySubject = !subjects.isEmpty() || !issuedBeforeBySubject.isEmpty();
    String subject = bySubject ? RegisteredClaims.subject(claims) : null;
    if (bySubject && (subject == null || subjects.contains(subject))) {
      return subject == null ? "the token has no sub claim, by which some are withdrawn" : DENIED;
    }
    Instant limit = limit(subject);
    if (limit == null) {
      return null;
    }
    Instant issuedAt = RegisteredClaims.time(claims, "iat");
    if (issuedAt == null) {
      return "the token has no iat claim, by which some are withdrawn";
    }
    return issuedAt.isBefore(limit) ? DENIED : null;
  }

  /** The later of the two times that count for a subject. */
  private @Nullable Instant limit(@Nullable String subject) {
    Instant own = subject == null ? null : issuedBeforeBySubject.get(subject);
    if (own == null || issuedBefore == null) {
      return own == null ? issuedBefore : own;
    }
    return own.isAfter(issuedBefore) ? own : issuedBefore;
  }
}
