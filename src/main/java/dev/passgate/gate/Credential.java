package dev.passgate.gate;

import dev.passgate.identity.Refusal;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** What a request offers as proof of who sent it. */
sealed interface Credential {

  /**
   * A token: a JWT or an opaque one.
   *
   * @param user the user that was named beside it and must be the token's, or null
   */
  record Token(String token, @Nullable String user) implements Credential {
    @Override
    public String toString() {
      return "Token[***]";
    }
  }

  /** A user name and a password (RFC 7617). */
  record Password(String user, String password) implements Credential {
    @Override
    public String toString() {
      return "Password[***]";
    }
  }

  /** The client's certificate of the TLS connection. */
  record Certificate(X509Certificate certificate) implements Credential {
    @Override
    public String toString() {
      return "Certificate[***]";
    }
  }

  /** Nothing to prove anything with, and why. */
  record None(Refusal refusal) implements Credential {}
}
