package dev.passgate.testing.issuer;

/** What an OpenID provider answers. */
public enum Endpoint {
  /** OpenID Connect Discovery: the well-known path after the issuer's. */
  DISCOVERY,
  /** RFC 8414: the well-known path before the issuer's. */
  SERVER_METADATA,
  JWKS,
  TOKEN,
  /** RFC 7662. */
  INTROSPECTION
}
