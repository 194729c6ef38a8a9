package dev.passgate.identity.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.Grants;
import dev.passgate.identity.issuer.IssuersProperties.KeysProperties;
import dev.passgate.identity.issuer.Restrictions.RequiredClaim;
import dev.passgate.identity.mapping.ClaimPath;
import dev.passgate.identity.mapping.MappedUser.User;
import dev.passgate.identity.mapping.UserNamespace;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class IssuersPropertiesTest {

  private static final String ACME = "passgate.issuers.acme.";

  private static IssuersProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate", IssuersProperties.class);
  }

  private static TokenProperties bindToken(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.authentication", TokenProperties.class);
  }

  private static Map<String, String> acme() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(ACME + "issuer-uri", "https://idp.acme.example/realms/main");
    properties.put(ACME + "audiences", "trino");
    return properties;
  }

  @Test
  void mapsEverything() {
    Map<String, String> properties = acme();
    properties.put(ACME + "jwk-set-uri", "https://idp.acme.example/keys");
    properties.put(ACME + "audiences", "trino,lake");
    properties.put(ACME + "algorithms", "PS256,ES384");
    properties.put(ACME + "clock-skew", "5s");
    properties.put(ACME + "token-uri", "https://idp.acme.example/token");
    properties.put(ACME + "user.claims", "account.name,sub");
    properties.put(ACME + "user.pattern", "^(.+)@acme\\.example$");
    properties.put(ACME + "user.template", "$1");
    properties.put(ACME + "user.case", "lower");
    properties.put(ACME + "user.prefix", "acme:");
    properties.put(ACME + "groups.claims", "groups,/https:~1~1acme.example/g");
    properties.put(ACME + "trino.roles.mode", "add");
    properties.put(ACME + "trino.roles.from.hive_prod", "roles.hive");
    properties.put(ACME + "trino.client-tags.mode", "replace");
    properties.put(ACME + "trino.client-tags.claims", "groups");
    properties.put(ACME + "trino.client-tags.template", "group:$0");
    properties.put(ACME + "trino.extra-credentials.mode", "add");
    properties.put(ACME + "trino.extra-credentials.from[s3.key]", "s3");
    properties.put(ACME + "trino.extra-credentials.token", "token");
    properties.put(ACME + "required-claims[realm_access.roles]", "user,admin");
    properties.put(ACME + "required-claims.email_verified[0]", "true");
    properties.put(ACME + "required-scopes", "trino,query");
    properties.put(ACME + "max-lifetime", "1h");
    properties.put(ACME + "allowed-users", "acme:a.*");
    properties.put(ACME + "routes", "statement,poll");
    properties.put(ACME + "keys.refresh-interval", "1m");
    properties.put(ACME + "keys.max-staleness", "1h");
    properties.put(ACME + "keys.min-refetch-interval", "2s");
    properties.put(ACME + "keys.fetch-timeout", "3s");
    properties.put(ACME + "keys.max-waiting", "7");

    assertThat(bind(properties).settings())
        .singleElement()
        .satisfies(
            issuer -> {
              assertThat(issuer.name()).isEqualTo("acme");
              assertThat(issuer.issuerUri()).isEqualTo("https://idp.acme.example/realms/main");
              assertThat(issuer.jwkSetUri()).isEqualTo(URI.create("https://idp.acme.example/keys"));
              assertThat(issuer.audiences()).isEqualTo(Set.of("trino", "lake"));
              assertThat(issuer.algorithms())
                  .isEqualTo(Set.of(JWSAlgorithm.PS256, JWSAlgorithm.ES384));
              assertThat(issuer.clockSkew()).isEqualTo(Duration.ofSeconds(5));
              assertThat(issuer.tokenUri()).isEqualTo(URI.create("https://idp.acme.example/token"));
              assertThat(issuer.user().map(Map.of("account", Map.of("name", "Alice@acme.example"))))
                  .isEqualTo(new User("acme:alice"));
              assertThat(issuer.groups().map(Map.of("groups", List.of("a", "b"))))
                  .containsExactly("a", "b");
              Grants grants =
                  issuer
                      .grants()
                      .map(Map.of("roles", Map.of("hive", "r"), "groups", "g", "s3", "key"));
              assertThat(grants)
                  .isEqualTo(
                      new Grants(
                          new Grants.Part(false, Set.of("hive_prod"), Map.of("hive_prod", "r")),
                          new Grants.Part(true, Set.of(), Map.of("group:g", "")),
                          new Grants.Part(
                              false, Set.of("s3.key", "token"), Map.of("s3.key", "key")),
                          Set.of("token")));
              assertThat(issuer.restrictions().requiredClaims())
                  .containsExactly(
                      new RequiredClaim(ClaimPath.parse("email_verified"), Set.of("true")),
                      new RequiredClaim(
                          ClaimPath.parse("realm_access.roles"), Set.of("user", "admin")));
              assertThat(issuer.restrictions().requiredScopes())
                  .containsExactlyInAnyOrder("trino", "query");
              assertThat(issuer.restrictions().maxLifetime()).isEqualTo(Duration.ofHours(1));
              assertThat(issuer.restrictions().allowedUsers()).hasSize(1);
              assertThat(issuer.routes()).containsExactlyInAnyOrder("statement", "poll");
              assertThat(issuer.keys())
                  .isEqualTo(
                      new KeysProperties(
                          Duration.ofMinutes(1),
                          Duration.ofHours(1),
                          Duration.ofSeconds(2),
                          Duration.ofSeconds(3),
                          7));
            });
  }

  @Test
  void hasDefaults() {
    assertThat(bind(acme()).settings())
        .singleElement()
        .satisfies(
            issuer -> {
              assertThat(issuer.jwkSetUri()).isNull();
              assertThat(issuer.tokenUri()).isNull();
              assertThat(issuer.algorithms()).isEqualTo(Set.of(JWSAlgorithm.RS256));
              assertThat(issuer.clockSkew()).isEqualTo(Duration.ofMinutes(1));
              assertThat(issuer.keys()).isEqualTo(Fixtures.KEYS);
              assertThat(issuer.groups().map(Map.of("groups", "g"))).isEmpty();
              assertThat(issuer.grants().map(Map.of("groups", "g"))).isEqualTo(Grants.NONE);
              assertThat(issuer.restrictions()).isEqualTo(Restrictions.none("acme"));
              assertThat(issuer.routes()).isEmpty();
              assertThat(
                      issuer
                          .user()
                          .map(Map.of("sub", "s", "email", "e", "preferred_username", "P")))
                  .isEqualTo(new User("P"));
              assertThat(issuer.user().map(Map.of("sub", "s", "email", "e")))
                  .isEqualTo(new User("e"));
              assertThat(issuer.user().map(Map.of("sub", "s"))).isEqualTo(new User("s"));
            });
    assertThat(bind(Map.of()).settings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "issuer-uri | ''",
        "issuer-uri | /realms/main",
        "issuer-uri | idp.acme.example",
        "issuer-uri | ftp://idp.acme.example",
        "issuer-uri | https://user@idp.acme.example",
        "issuer-uri | https://idp.acme.example/#x",
        "issuer-uri | https://idp.acme.example/?x",
        "issuer-uri | https://idp acme",
        "issuer-uri | https:///realms",
        "jwk-set-uri | keys",
        "jwk-set-uri | file:///etc/keys",
        "token-uri | //idp.acme.example/token",
        "audiences | ''",
        "audiences | trino, ,lake",
        "algorithms | ''",
        "algorithms | none",
        "algorithms | HS256",
        "algorithms | RS256,HS512",
        "algorithms | rs256",
        "algorithms | EdDSA",
        "algorithms | RS1",
        "clock-skew | -1s",
        "clock-skew | 1h",
        "user.claims | ''",
        "user.claims | a..b",
        "user.claims | .a",
        "user.claims | a b",
        "user.pattern | (",
        "user.template | $1",
        "user.case | Lower",
        "user.case | title",
        "user.claims | /a/~2",
        "user.prefix | 'a,b'",
        "user.rules-file | /nowhere/rules.json",
        "groups.claims | ''",
        "groups.claims | a..b",
        "trino.roles.mode | maybe",
        "trino.client-tags.mode | add",
        "trino.extra-credentials.mode | replaced",
        "required-claims[a] | ''",
        "required-scopes | ''",
        "required-scopes | a b",
        "max-lifetime | 0s",
        "max-lifetime | 9999d",
        "allowed-users | ''",
        "allowed-users | (",
        "deny-list | /nowhere/deny.json",
        "routes | ''",
        "keys.refresh-interval | 0s",
        "keys.refresh-interval | -5m",
        "keys.max-staleness | 1m",
        "keys.min-refetch-interval | 0s",
        "keys.fetch-timeout | 0s",
        "keys.fetch-timeout | 1h",
        "keys.max-waiting | 0"
      })
  void namesKeyAndValueAndWhatWasExpected(String key, String value) {
    Map<String, String> properties = acme();
    properties.put(ACME + key, value);

    assertThatThrownBy(() -> bind(properties))
        .hasRootCauseInstanceOf(InvalidSetting.class)
        .rootCause()
        .message()
        .startsWith(ACME + key + " is ")
        .contains(", expected ");
  }

  @ParameterizedTest
  @CsvSource({"$2,no group 2", "$,a $ is followed", "$x,a $ is followed", "'',it is empty"})
  void refusesTemplateThatDoesNotFitThePattern(String template, String why) {
    Map<String, String> properties = acme();
    properties.put(ACME + "user.pattern", "(.+)@.+");
    properties.put(ACME + "user.template", template);

    assertThatThrownBy(() -> bind(properties))
        .rootCause()
        .message()
        .startsWith(ACME + "user.template is '" + template + "'")
        .contains(why);
  }

  @Test
  void refusesTheSameIssuerUnderTwoNames() {
    Map<String, String> properties = acme();
    properties.put("passgate.issuers.again.issuer-uri", "https://idp.acme.example/realms/main");
    properties.put("passgate.issuers.again.audiences", "trino");

    assertThatThrownBy(() -> bind(properties))
        .rootCause()
        .hasMessageContaining("passgate.issuers.again.issuer-uri")
        .hasMessageContaining("passgate.issuers.acme has it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"password-file", "ldap", "certificate", "none"})
  void refusesNamesOfOtherSources(String name) {
    assertThatThrownBy(
            () ->
                bind(
                    Map.of(
                        "passgate.issuers." + name + ".issuer-uri", "https://idp.acme.example",
                        "passgate.issuers." + name + ".audiences", "trino")))
        .rootCause()
        .hasMessageStartingWith(
            "passgate.issuers." + name + " is '" + name + "', expected another name");
  }

  @Test
  void namesPrefixesWithTheirKeys() {
    Map<String, String> properties = acme();
    properties.put(ACME + "user.prefix", "a:");
    properties.put("passgate.issuers.other.issuer-uri", "https://idp.other.example");
    properties.put("passgate.issuers.other.audiences", "trino");

    assertThat(bind(properties).namespaces())
        .containsExactly(
            new UserNamespace(ACME + "user.prefix", "a:"),
            new UserNamespace("passgate.issuers.other.user.prefix", ""));
  }

  @Test
  void refusesMissingIssuerUri() {
    assertThatThrownBy(() -> bind(Map.of(ACME + "audiences", "trino")))
        .rootCause()
        .hasMessageContaining(ACME + "issuer-uri");
  }

  @Test
  void refusesNameThatNoMetricOrPathCanCarry() {
    assertThatThrownBy(
            () ->
                bind(
                    Map.of(
                        "passgate.issuers.[a/b].issuer-uri", "https://idp.acme.example",
                        "passgate.issuers.[a/b].audiences", "trino")))
        .rootCause()
        .hasMessageContaining("a/b");
  }

  @Test
  void limitsTokens() {
    assertThat(bindToken(Map.of()))
        .isEqualTo(
            new TokenProperties(
                DataSize.ofKilobytes(64),
                new TokenProperties.TokenCache(10_000),
                Duration.ofHours(1)));
    assertThat(
            bindToken(
                Map.of(
                    "passgate.authentication.max-token-size", "8KB",
                    "passgate.authentication.token-cache.max-entries", "5")))
        .isEqualTo(
            new TokenProperties(
                DataSize.ofKilobytes(8), new TokenProperties.TokenCache(5), Duration.ofHours(1)));
    for (Map<String, String> wrong :
        List.of(
            Map.of("passgate.authentication.max-token-size", "0B"),
            Map.of("passgate.authentication.max-token-size", "1GB"),
            Map.of("passgate.authentication.token-cache.max-entries", "-1"))) {
      assertThatThrownBy(() -> bindToken(wrong))
          .rootCause()
          .isInstanceOf(InvalidSetting.class)
          .hasMessageContaining(wrong.keySet().iterator().next())
          .hasMessageContaining(", expected ");
    }
  }
}
