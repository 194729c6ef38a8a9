package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.introspection.IntrospectionProperties;
import dev.passgate.identity.introspection.IntrospectionSettings;
import dev.passgate.identity.issuer.IssuersProperties.IssuerProperties;
import dev.passgate.identity.issuer.IssuersProperties.KeysProperties;
import dev.passgate.identity.mapping.GrantMapping;
import dev.passgate.identity.mapping.GroupMapping;
import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserMappingProperties.Complaint;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A trusted issuer as the program works with it; there is none that breaks a rule.
 *
 * @param name its name in logs, metrics and paths
 * @param issuerUri its name in tokens
 * @param jwkSetUri where its keys are, null for discovery
 * @param audiences whom its tokens may be meant for
 * @param algorithms what it may sign with
 * @param clockSkew how far its clock may be off
 * @param tokenUri its token endpoint where it is configured
 * @param tokenGrants what clients may ask it for through the gateway
 * @param user from claims to user
 * @param groups from claims to groups
 * @param grants from claims to what goes to Trino beside the user
 * @param restrictions what is asked of its tokens beyond being good ones
 * @param routes the ids of the routes that its tokens get in by, empty for all
 * @param keys how keys are fetched
 * @param introspection how it is asked about tokens, null where it is not
 */
record IssuerSettings(
    String name,
    String issuerUri,
    @Nullable URI jwkSetUri,
    Set<String> audiences,
    Set<JWSAlgorithm> algorithms,
    Duration clockSkew,
    @Nullable URI tokenUri,
    Set<String> tokenGrants,
    UserMapping user,
    GroupMapping groups,
    GrantMapping grants,
    Restrictions restrictions,
    Set<String> routes,
    KeysProperties keys,
    @Nullable IntrospectionSettings introspection) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?");

  /** What the source of an identity is called where it is not known. */
  private static final String NONE = "none";

  /** RFC 6749, appendix A.10: a name, or the URI of an extension. */
  private static final Pattern GRANT = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

  private static final Duration MAX_SKEW = Duration.ofMinutes(10);
  private static final Duration MAX_DURATION = Duration.ofDays(366);

  IssuerSettings {
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    routes = Set.copyOf(routes);
    tokenGrants = Set.copyOf(tokenGrants);
  }

  /**
   * Checks what is configured.
   *
   * @return the issuers in the order of their names
   * @throws InvalidSetting for the first mistake
   */
  static List<IssuerSettings> of(Map<String, IssuerProperties> issuers) {
    Map<String, String> nameByUri = new HashMap<>();
    List<IssuerSettings> all = new ArrayList<>();
    new TreeMap<>(issuers)
        .forEach(
            (name, properties) -> {
              IssuerSettings settings = of(name, properties);
              String other = nameByUri.put(settings.issuerUri, name);
              if (other != null) {
                throw new InvalidSetting(
                    key(name, "issuer-uri"),
                    settings.issuerUri,
                    "an issuer that no other name has, and passgate.issuers." + other + " has it");
              }
              all.add(settings);
            });
    OpaqueTokens.check(all);
    return List.copyOf(all);
  }

  /** Whether the keys of both come from the same place in the same way. */
  boolean hasKeysOf(IssuerSettings other) {
    return name.equals(other.name)
        && issuerUri.equals(other.issuerUri)
        && Objects.equals(jwkSetUri, other.jwkSetUri)
        && keys.equals(other.keys);
  }

  private static IssuerSettings of(String name, IssuerProperties properties) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSetting(
          "passgate.issuers." + name,
          name,
          "a name of up to 63 small letters, digits and inner hyphens or underscores");
    }
    if (IdentitySources.NAMES.contains(name) || name.equals(NONE)) {
      throw new InvalidSetting(
          "passgate.issuers." + name,
          name,
          "another name: logs, metrics and rules call something else by this one");
    }
    String issuerUri = properties.issuerUri() == null ? "" : properties.issuerUri();
    Uris.issuer(key(name, "issuer-uri"), issuerUri);
    return new IssuerSettings(
        name,
        issuerUri,
        Uris.endpoint(key(name, "jwk-set-uri"), properties.jwkSetUri()),
        audiences(name, properties.audiences()),
        algorithms(name, properties.algorithms()),
        duration(key(name, "clock-skew"), properties.clockSkew(), Duration.ZERO, MAX_SKEW),
        Uris.endpoint(key(name, "token-uri"), properties.tokenUri()),
        tokenGrants(name, properties.tokenGrants()),
        properties.user().compile(complaint(name, "user.")),
        properties.groups().compile(complaint(name, "groups.")),
        properties.trino().compile(complaint(name, "trino.")),
        RestrictionSettings.of(name, properties),
        RestrictionSettings.routes(name, properties.routes()),
        keys(name, properties.keys()),
        introspection(name, properties));
  }

  private static @Nullable IntrospectionSettings introspection(
      String name, IssuerProperties properties) {
    IntrospectionProperties introspection = properties.introspection();
    if (introspection == null) {
      return null;
    }
    URI uri = Uris.endpoint(key(name, "introspection.uri"), introspection.uri());
    if (uri == null && properties.jwkSetUri() != null) {
      throw new InvalidSetting(
          key(name, "introspection.uri"),
          null,
          "the issuer's introspection endpoint, as jwk-set-uri leaves out discovery");
    }
    return IntrospectionSettings.of(key(name, "introspection"), introspection, uri);
  }

  private static Complaint complaint(String name, String part) {
    return (key, value, expected) -> new InvalidSetting(key(name, part + key), value, expected);
  }

  private static String key(String name, String key) {
    return "passgate.issuers." + name + "." + key;
  }

  private static Set<String> audiences(String name, List<String> audiences) {
    if (audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
      throw new InvalidSetting(
          key(name, "audiences"),
          audiences,
          "at least one audience, none of them blank: without one, tokens for other services"
              + " would open this one");
    }
    return Set.copyOf(audiences);
  }

  private static Set<String> tokenGrants(String name, List<String> grants) {
    if (!grants.stream().allMatch(grant -> GRANT.matcher(grant).matches())) {
      throw new InvalidSetting(
          key(name, "token-grants"),
          grants,
          "values of grant_type, such as client_credentials, or nothing for none of them");
    }
    return Set.copyOf(grants);
  }

  private static Set<JWSAlgorithm> algorithms(String name, List<String> algorithms) {
    if (algorithms.isEmpty() || !algorithms.stream().allMatch(SignatureAlgorithms::isSupported)) {
      throw new InvalidSetting(
          key(name, "algorithms"),
          algorithms,
          "at least one of " + SignatureAlgorithms.names() + ", which sign with a private key");
    }
    return algorithms.stream().map(JWSAlgorithm::parse).collect(Collectors.toUnmodifiableSet());
  }

  private static KeysProperties keys(String name, KeysProperties keys) {
    Duration second = Duration.ofSeconds(1);
    duration(key(name, "keys.refresh-interval"), keys.refreshInterval(), second, MAX_DURATION);
    duration(
        key(name, "keys.min-refetch-interval"), keys.minRefetchInterval(), second, MAX_DURATION);
    duration(
        key(name, "keys.fetch-timeout"),
        keys.fetchTimeout(),
        Duration.ofMillis(1),
        Duration.ofMinutes(1));
    duration(key(name, "keys.max-staleness"), keys.maxStaleness(), second, MAX_DURATION);
    if (keys.maxStaleness().compareTo(keys.refreshInterval()) < 0) {
      throw new InvalidSetting(
          key(name, "keys.max-staleness"),
          keys.maxStaleness(),
          "a duration not below keys.refresh-interval, which is " + keys.refreshInterval());
    }
    if (keys.maxWaiting() < 1 || keys.maxWaiting() > 1_000_000) {
      throw new InvalidSetting(
          key(name, "keys.max-waiting"), keys.maxWaiting(), "a number from 1 to 1000000");
    }
    return keys;
  }

  private static Duration duration(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidSetting(key, value, "a duration from " + least + " to " + most);
    }
    return value;
  }
}
