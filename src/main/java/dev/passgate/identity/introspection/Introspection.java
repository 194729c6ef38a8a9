package dev.passgate.identity.introspection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of asking a provider about a token. */
public sealed interface Introspection {

  /**
   * The token is active.
   *
   * @param claims what the provider says of it (RFC 7662, section 2.2), as it was parsed
   */
  record Active(Map<String, @Nullable Object> claims) implements Introspection {

    public Active {
      claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    }

    /** Tells who somebody is. */
    @Override
    public String toString() {
      return "Active[***]";
    }
  }

  /** The token is not active: revoked, expired, or never the provider's. */
  record Inactive() implements Introspection {}

  /**
   * The provider gave no answer that says either.
   *
   * @param cause why, without anything of the answer
   */
  record Unavailable(String cause) implements Introspection {}

  /** As many questions are under way as may be. */
  record Overloaded() implements Introspection {}
}
