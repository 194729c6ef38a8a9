package dev.passgate.identity;

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
  /** The user that a client named beside its token is the token's. */
  NAMED_USER,
  /** The issuer is one for this route. */
  ROUTE,
  /** The user may act as the one that the client asks for. */
  IMPERSONATION
}
