package dev.passgate.identity.issuer;

import dev.passgate.identity.introspection.IntrospectionSettings;
import dev.passgate.setting.InvalidSetting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose an opaque token is, by what it begins with. No prefix begins another, so the only one that
 * a token can have is the greatest that is not greater than the token, and finding it does not take
 * longer the more issuers there are.
 */
final class OpaqueTokens {

  private final NavigableMap<String, TrustedIssuer> byPrefix = new TreeMap<>();
  private final @Nullable TrustedIssuer others;

  /**
   * @param issuers all issuers, whose prefixes were {@link #check checked}
   */
  OpaqueTokens(Iterable<TrustedIssuer> issuers) {
    TrustedIssuer withoutPrefix = null;
    for (TrustedIssuer issuer : issuers) {
      IntrospectionSettings introspection = issuer.settings().introspection();
      if (introspection != null && introspection.tokenPrefix().isEmpty()) {
        withoutPrefix = issuer;
      } else if (introspection != null) {
        byPrefix.put(introspection.tokenPrefix(), issuer);
      }
    }
    this.others = withoutPrefix;
  }

  /** The issuer whose token it is; null where it is nobody's. */
  @Nullable TrustedIssuer issuerOf(String token) {
    Map.Entry<String, TrustedIssuer> candidate = byPrefix.floorEntry(token);
    if (candidate == null || !token.startsWith(candidate.getKey())) {
      return others;
    }
    return token.length() > candidate.getKey().length() ? candidate.getValue() : null;
  }

  /** Whether there is an issuer of opaque tokens at all. */
  boolean isEmpty() {
    return byPrefix.isEmpty() && others == null;
  }

  /**
   * Sees to it that a token is one issuer's at most.
   *
   * @throws InvalidSetting where a prefix begins another, or two issuers have none
   */
  static void check(List<IssuerSettings> issuers) {
    Map<String, String> nameByPrefix = new HashMap<>();
    for (IssuerSettings issuer : issuers) {
      IntrospectionSettings introspection = issuer.introspection();
      if (introspection == null) {
        continue;
      }
      String prefix = introspection.tokenPrefix();
      nameByPrefix.forEach(
          (other, name) -> {
            if (collide(prefix, other)) {
              throw new InvalidSetting(
                  key(issuer.name()),
                  prefix.isEmpty() ? null : prefix,
                  "a prefix that neither begins with another nor begins another, and "
                      + key(name)
                      + (other.isEmpty() ? " is not set" : " is '" + other + "'"));
            }
          });
      nameByPrefix.put(prefix, issuer.name());
    }
  }

  private static boolean collide(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.equals(other);
    }
    return one.startsWith(other) || other.startsWith(one);
  }

  private static String key(String issuer) {
    return "passgate.issuers." + issuer + ".introspection.token-prefix";
  }
}
