package dev.passgate.identity;

import java.time.Instant;

/**
 * Somebody who may query Trino.
 *
 * @param issuer the configured name of the issuer, for logs and metrics; not its URI
 * @param user the Trino user that the credential maps to: not blank, visible ASCII and single inner
 *     spaces, no comma
 * @param subject the {@code sub} claim, or the user where a credential has no subject
 * @param expiresAt when the credential ends ({@code exp}); the identity is not to be used after it
 */
public record Identity(String issuer, String user, String subject, Instant expiresAt)
    implements Verdict {

  public Identity {
    TrinoUserName.check(user);
  }
}
