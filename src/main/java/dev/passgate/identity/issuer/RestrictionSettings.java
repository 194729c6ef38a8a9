package dev.passgate.identity.issuer;

import dev.passgate.file.WatchedFile;
import dev.passgate.identity.issuer.IssuersProperties.IssuerProperties;
import dev.passgate.identity.issuer.Restrictions.RequiredClaim;
import dev.passgate.identity.mapping.ClaimPath;
import dev.passgate.identity.mapping.NamePattern;
import dev.passgate.setting.InvalidSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Restrictions as they are configured. */
final class RestrictionSettings {

  private static final Duration MAX_LIFETIME = Duration.ofDays(366);

  /** RFC 6749, section 3.3: what a scope may consist of, so that a challenge can name it. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

  private final String prefix;

  private RestrictionSettings(String issuer) {
    this.prefix = "passgate.issuers." + issuer + ".";
  }

  /**
   * Checks what is configured, and reads the deny list, which blocks.
   *
   * @throws InvalidSetting for the first mistake
   */
  static Restrictions of(String issuer, IssuerProperties properties) {
    RestrictionSettings settings = new RestrictionSettings(issuer);
    return new Restrictions(
        issuer,
        settings.lifetime(properties.maxLifetime()),
        settings.denyList(properties.denyList()),
        settings.claims(properties.requiredClaims()),
        settings.scopes(properties.requiredScopes()),
        settings.users(properties.allowedUsers()));
  }

  /** The routes that tokens get in by, empty for all. */
  static Set<String> routes(String issuer, @Nullable List<String> routes) {
    if (routes == null) {
      return Set.of();
    }
    if (routes.isEmpty() || routes.stream().anyMatch(String::isBlank)) {
      throw new InvalidSetting(
          "passgate.issuers." + issuer + ".routes", routes, "at least one route's id");
    }
    return Set.copyOf(routes);
  }

  private @Nullable Duration lifetime(@Nullable Duration value) {
    Duration second = Duration.ofSeconds(1);
    if (value != null && (value.compareTo(second) < 0 || value.compareTo(MAX_LIFETIME) > 0)) {
      throw new InvalidSetting(
          prefix + "max-lifetime", value, "a duration from " + second + " to " + MAX_LIFETIME);
    }
    return value;
  }

  private @Nullable WatchedFile<DenyList> denyList(@Nullable String path) {
    if (path == null) {
      return null;
    }
    try {
      return WatchedFile.read(Path.of(path), DenyList::parse);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(
          prefix + "deny-list",
          path,
          "a JSON file with jti, sub, issued-before and issued-before-by-sub ("
              + e.getMessage()
              + ")");
    }
  }

  private List<RequiredClaim> claims(Map<String, List<String>> claims) {
    List<RequiredClaim> required = new ArrayList<>();
    new TreeMap<>(claims)
        .forEach(
            (path, values) -> {
              if (values.isEmpty() || values.stream().anyMatch(String::isEmpty)) {
                throw new InvalidSetting(
                    prefix + "required-claims[" + path + "]",
                    values,
                    "at least one value, none of them empty");
              }
              required.add(new RequiredClaim(path(path), Set.copyOf(values)));
            });
    return required;
  }

  private ClaimPath path(String text) {
    try {
      return ClaimPath.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(prefix + "required-claims", text, "one of " + ClaimPath.FORM);
    }
  }

  private Set<String> scopes(@Nullable List<String> scopes) {
    if (scopes == null) {
      return Set.of();
    }
    if (scopes.isEmpty() || !scopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
      throw new InvalidSetting(
          prefix + "required-scopes",
          scopes,
          "at least one scope, each of visible ASCII without quotes and backslashes");
    }
    return Set.copyOf(scopes);
  }

  private @Nullable List<NamePattern> users(@Nullable List<String> patterns) {
    if (patterns == null) {
      return null;
    }
    if (patterns.isEmpty()) {
      throw new InvalidSetting(
          prefix + "allowed-users", patterns, "at least one regular expression");
    }
    List<NamePattern> compiled = new ArrayList<>();
    for (String pattern : patterns) {
      try {
        compiled.add(NamePattern.parse(pattern));
      } catch (IllegalArgumentException e) {
        throw new InvalidSetting(
            prefix + "allowed-users", pattern, "a regular expression (" + e.getMessage() + ")");
      }
    }
    return compiled;
  }
}
