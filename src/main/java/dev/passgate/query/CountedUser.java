package dev.passgate.query;

import dev.passgate.identity.Identity;
import org.jspecify.annotations.Nullable;

/**
 * Whom a query counts for: the issuer and the Trino user that the credential stands for. Not the
 * user that the query runs as: with the names that it may act as, an account would have as many
 * times the limit, or use up that of others.
 */
public record CountedUser(String issuer, String user) {

  /** Of requests whose sender is not known. */
  public static final CountedUser NOBODY = new CountedUser("", "");

  public static CountedUser of(@Nullable Identity identity) {
    if (identity == null) {
      return NOBODY;
    }
    String original = identity.originalUser();
    return new CountedUser(identity.issuer(), original == null ? identity.user() : original);
  }
}
