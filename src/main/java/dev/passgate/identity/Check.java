package dev.passgate.identity;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checks on the way to a verdict, in the order in which they are made. Those that a source or a
 * configuration does not call for are left out. The names are stable: {@code explain} shows them.
 */
public enum Check {
  /** Exactly one credential, of a source that is read, in its proper form. */
  FORM,
  /** The request was not made by another site's page, with a credential that a browser adds. */
  SAME_SITE,
  /** There were not too many failed tries. */
  TRIES,
  /** The password is the user's. */
  PASSWORD,
  /** The client certificate is one that may be used now. */
  CERTIFICATE,
  /** It is a signed JWT, of a type that may be used here. */
  TOKEN,
  ISSUER,
  ALGORITHM,
  EXPIRY,
  NOT_BEFORE,
  AUDIENCE,
  LIFETIME,
  /** There is a key of the issuer for the token, and it made the signature. */
  SIGNATURE,
  /** The provider says that the token is active (RFC 7662). */
  INTROSPECTION,
  DENY_LIST,
  REQUIRED_CLAIMS,
  REQUIRED_SCOPES,
  /** The claims name a user. */
  USER,
  ALLOWED_USERS,
  /** What the claims say of groups, roles, tags and credentials can be used. */
  GRANTS,
  /** The user that a client named beside its token is the token's. */
  NAMED_USER,
  /** The issuer is one for this route. */
  ROUTE,
  /** The user may act as the one that the client asks for. */
  IMPERSONATION;

  /**
   * The check that was not passed, or could not be made.
   *
   * @param passed those that were
   * @return null for a mistake of the gateway
   */
  public static @Nullable Check failed(Refusal.Reason reason, Set<Check> passed) {
    return switch (reason) {
      case NO_CREDENTIAL, AMBIGUOUS_CREDENTIAL, UNSUPPORTED_SCHEME -> FORM;
      case MALFORMED_TOKEN -> passed.contains(FORM) ? TOKEN : FORM;
      case CROSS_SITE -> SAME_SITE;
      case TOO_MANY_TRIES -> TRIES;
      case BAD_PASSWORD -> PASSWORD;
      case BAD_CERTIFICATE -> CERTIFICATE;
      case UNKNOWN_ISSUER -> ISSUER;
      case ALGORITHM_NOT_ALLOWED -> ALGORITHM;
      case TYPE_NOT_ALLOWED -> TOKEN;
      case EXPIRED -> EXPIRY;
      case NOT_YET_VALID -> NOT_BEFORE;
      case AUDIENCE_MISMATCH -> AUDIENCE;
      case LIFETIME_TOO_LONG -> LIFETIME;
      case UNKNOWN_KEY, BAD_SIGNATURE, KEYS_UNAVAILABLE -> SIGNATURE;
      case INACTIVE_TOKEN -> INTROSPECTION;
      case DENIED -> DENY_LIST;
      case CLAIM_MISMATCH -> passed.contains(USER) ? GRANTS : REQUIRED_CLAIMS;
      case INSUFFICIENT_SCOPE -> REQUIRED_SCOPES;
      case NO_USER -> USER;
      case USER_NOT_ALLOWED -> ALLOWED_USERS;
      case USER_MISMATCH -> NAMED_USER;
      case ROUTE_NOT_ALLOWED -> ROUTE;
      case IMPERSONATION_DENIED -> IMPERSONATION;
      case PROVIDER_UNAVAILABLE, OVERLOADED -> passed.contains(ISSUER) ? INTROSPECTION : PASSWORD;
      // Of queries, not of credentials: the way of a request finds them after the gate.
      case UNSIGNED_URI, NOT_THE_OWNER, TOO_MANY_QUERIES, TOO_MANY_REQUESTS, INTERNAL_ERROR -> null;
    };
  }
}
