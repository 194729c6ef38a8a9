package dev.passgate.identity;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Nobody, and why.
 *
 * @param reason the stable reason, for metrics and the audit log
 * @param detail one short sentence for a person, which never quotes a token or a claim's value
 * @param issuer the configured name of the issuer where it is known
 * @param retryAfter when to ask again, for refusals that pass by themselves
 * @param scope the scopes to ask the issuer for (RFC 6750, section 3), for refusals that more of
 *     them would end
 * @param identity who would have got in, where the credential was good; for the audit log alone
 */
public record Refusal(
    Reason reason,
    String detail,
    @Nullable String issuer,
    @Nullable Duration retryAfter,
    @Nullable String scope,
    @Nullable Identity identity)
    implements Verdict {

  /** What kind of answer a reason calls for. */
  public enum Kind {
    /** There is no good credential: 401. */
    UNAUTHENTICATED,
    /** The credential is good and gives no access: 403. */
    FORBIDDEN,
    /** There were too many tries or requests, or there are too many queries: 429. */
    LIMITED,
    /** It cannot be told now: 503. */
    UNAVAILABLE
  }

  /** Why nobody got in. The names are stable: they are values of metrics and of the audit log. */
  public enum Reason {
    NO_CREDENTIAL(Kind.UNAUTHENTICATED),
    AMBIGUOUS_CREDENTIAL(Kind.UNAUTHENTICATED),
    UNSUPPORTED_SCHEME(Kind.UNAUTHENTICATED),
    MALFORMED_TOKEN(Kind.UNAUTHENTICATED),
    UNKNOWN_ISSUER(Kind.UNAUTHENTICATED),
    ALGORITHM_NOT_ALLOWED(Kind.UNAUTHENTICATED),
    TYPE_NOT_ALLOWED(Kind.UNAUTHENTICATED),
    AUDIENCE_MISMATCH(Kind.UNAUTHENTICATED),
    EXPIRED(Kind.UNAUTHENTICATED),
    NOT_YET_VALID(Kind.UNAUTHENTICATED),
    UNKNOWN_KEY(Kind.UNAUTHENTICATED),
    BAD_SIGNATURE(Kind.UNAUTHENTICATED),
    LIFETIME_TOO_LONG(Kind.UNAUTHENTICATED),
    INACTIVE_TOKEN(Kind.UNAUTHENTICATED),
    DENIED(Kind.UNAUTHENTICATED),
    USER_MISMATCH(Kind.UNAUTHENTICATED),
    BAD_PASSWORD(Kind.UNAUTHENTICATED),
    BAD_CERTIFICATE(Kind.UNAUTHENTICATED),
    NO_USER(Kind.FORBIDDEN),
    CLAIM_MISMATCH(Kind.FORBIDDEN),
    INSUFFICIENT_SCOPE(Kind.FORBIDDEN),
    USER_NOT_ALLOWED(Kind.FORBIDDEN),
    ROUTE_NOT_ALLOWED(Kind.FORBIDDEN),
    IMPERSONATION_DENIED(Kind.FORBIDDEN),
    UNSIGNED_URI(Kind.FORBIDDEN),
    NOT_THE_OWNER(Kind.FORBIDDEN),
    CROSS_SITE(Kind.FORBIDDEN),
    TOO_MANY_TRIES(Kind.LIMITED),
    TOO_MANY_QUERIES(Kind.LIMITED),
    TOO_MANY_REQUESTS(Kind.LIMITED),
    KEYS_UNAVAILABLE(Kind.UNAVAILABLE),
    PROVIDER_UNAVAILABLE(Kind.UNAVAILABLE),
    OVERLOADED(Kind.UNAVAILABLE),
    INTERNAL_ERROR(Kind.UNAVAILABLE);

    private final Kind kind;

    Reason(Kind kind) {
      this.kind = kind;
    }

    public Kind kind() {
      return kind;
    }
  }

  public Refusal {
    Objects.requireNonNull(reason);
    Objects.requireNonNull(detail);
  }

  /** A refusal of nobody who is known. */
  public Refusal(
      Reason reason, String detail, @Nullable String issuer, @Nullable Duration retryAfter) {
    this(reason, detail, issuer, retryAfter, null, null);
  }

  /** A token that is good for less than is asked for. */
  public static Refusal insufficientScope(String detail, String issuer, Set<String> scopes) {
    return new Refusal(
        Reason.INSUFFICIENT_SCOPE,
        detail,
        issuer,
        null,
        String.join(" ", new TreeSet<>(scopes)),
        null);
  }

  public static Refusal of(Reason reason, String detail) {
    return new Refusal(reason, detail, null, null);
  }

  public static Refusal of(Reason reason, String detail, String issuer) {
    return new Refusal(reason, detail, issuer, null);
  }

  /** Of somebody whose credential is good, and who is not let in all the same. */
  public static Refusal of(Reason reason, String detail, Identity identity) {
    return new Refusal(reason, detail, identity.issuer(), null, null, identity);
  }
}
