package dev.passgate.identity.issuer;

import dev.passgate.identity.introspection.IntrospectionProperties;
import dev.passgate.identity.mapping.GrantProperties;
import dev.passgate.identity.mapping.GroupsProperties;
import dev.passgate.identity.mapping.UserMappingProperties;
import dev.passgate.identity.mapping.UserNamespace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is trusted to say who somebody is.
 *
 * <p>Values keep the form they were written in, so that a complaint about one can quote it; {@link
 * #settings()} is what the program works with.
 *
 * @param issuers the trusted issuers by a name for logs, metrics and paths: small letters, digits,
 *     inner - and _, up to 63 of them, and none of password-file, ldap, certificate, none
 */
@ConfigurationProperties("passgate")
record IssuersProperties(@DefaultValue Map<String, IssuerProperties> issuers) {

  /**
   * One trusted issuer.
   *
   * @param issuerUri its name in tokens, compared with the iss claim character by character;
   *     required
   * @param jwkSetUri where its keys are; found by OpenID Connect discovery or RFC 8414 if absent
   * @param audiences who its tokens must be meant for, one of these; at least one is required
   * @param algorithms the signature algorithms it may use, of RS, PS and ES with 256, 384 and 512
   * @param clockSkew how far its clock may be off, for exp and nbf; at most 10m
   * @param tokenUri its token endpoint, for {@code /auth/{tenant}/oauth2/token}; found by discovery
   *     if absent, which there is none of with jwk-set-uri
   * @param tokenGrants the values of grant_type that clients may ask it for through the gateway;
   *     empty for none
   * @param user how its claims name the Trino user
   * @param groups how its claims name groups
   * @param trino what its claims say to Trino beside the user
   * @param requiredClaims which values a claim must have one of, by the claim's path
   * @param requiredScopes the scopes that a token must have, all of them
   * @param maxLifetime the longest time from iat to exp, 1s to 366d; any if absent
   * @param allowedUsers regular expressions, one of which the mapped user must match as a whole
   * @param denyList a JSON file that names tokens and subjects that are refused, read again when it
   *     changes
   * @param routes the ids of the routes that its tokens get in by; all where it says nothing
   * @param keys how its keys are fetched and for how long they are trusted
   * @param introspection how it is asked about tokens; absent, it is not
   */
  @ConfigurationPropertiesSource
  record IssuerProperties(
      @Nullable String issuerUri,
      @Nullable String jwkSetUri,
      @DefaultValue List<String> audiences,
      @DefaultValue("RS256") List<String> algorithms,
      @DefaultValue("60s") Duration clockSkew,
      @Nullable String tokenUri,
      @DefaultValue("client_credentials") List<String> tokenGrants,
      @NestedConfigurationProperty @DefaultValue UserMappingProperties user,
      @NestedConfigurationProperty @DefaultValue GroupsProperties groups,
      @NestedConfigurationProperty @DefaultValue GrantProperties trino,
      @DefaultValue Map<String, List<String>> requiredClaims,
      @Nullable List<String> requiredScopes,
      @Nullable Duration maxLifetime,
      @Nullable List<String> allowedUsers,
      @Nullable String denyList,
      @Nullable List<String> routes,
      @DefaultValue KeysProperties keys,
      @NestedConfigurationProperty @Nullable IntrospectionProperties introspection) {

    IssuerProperties {
      audiences = List.copyOf(audiences);
      algorithms = List.copyOf(algorithms);
      tokenGrants = List.copyOf(tokenGrants);
    }
  }

  /**
   * How an issuer's keys are fetched and for how long they are trusted.
   *
   * @param refreshInterval how often they are fetched, give or take a tenth; 1s or more
   * @param maxStaleness for how long they are trusted while they cannot be fetched; not below
   *     refresh-interval
   * @param minRefetchInterval the least time between two fetches that tokens with an unknown key
   *     cause; 1s or more
   * @param fetchTimeout the time that a fetch may take, discovery and all; up to 1m
   * @param maxWaiting how many requests may wait for one fetch, 1 to 1000000; the others get 503 at
   *     once
   */
  record KeysProperties(
      @DefaultValue("5m") Duration refreshInterval,
      @DefaultValue("24h") Duration maxStaleness,
      @DefaultValue("5s") Duration minRefetchInterval,
      @DefaultValue("5s") Duration fetchTimeout,
      @DefaultValue("1000") int maxWaiting) {}

  IssuersProperties {
    issuers = Map.copyOf(issuers);
    IssuerSettings.of(issuers);
  }

  /** The settings that follow, in the order of their names. */
  List<IssuerSettings> settings() {
    return IssuerSettings.of(issuers);
  }

  /** What the names of their users begin with, in the order of the issuers' names. */
  List<UserNamespace> namespaces() {
    return new TreeMap<>(issuers)
        .entrySet().stream()
            .map(
                issuer ->
                    new UserNamespace(
                        "passgate.issuers." + issuer.getKey() + ".user.prefix",
                        issuer.getValue().user().prefix()))
            .toList();
  }
}
