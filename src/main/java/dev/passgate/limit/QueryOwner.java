package dev.passgate.limit;

import dev.passgate.identity.Identity;
import org.jspecify.annotations.Nullable;

/**
 * Whom a query counts for: the issuer and the Trino user that the credential stands for. Not the
 * user that the query runs as: with the names that it may act as, an account would have as many
 * times the limit, or use up that of others.
 */
public final class QueryOwner {

  /** Of requests whose sender is not known. */
  public static final String NOBODY = "";

  private QueryOwner() {}

  /** The key of an owner; NUL stands in no user's name, so no two owners have the same. */
  public static String of(@Nullable Identity identity) {
    if (identity == null) {
      return NOBODY;
    }
    String original = identity.originalUser();
    return identity.issuer() + '\0' + (original == null ? identity.user() : original);
  }
}
