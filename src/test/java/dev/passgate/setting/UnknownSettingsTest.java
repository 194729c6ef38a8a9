package dev.passgate.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UnknownSettingsTest {

  private static StandardEnvironment file(String key, Object value) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new OriginTrackedMapPropertySource("application.yml", Map.of(key, value)));
    return environment;
  }

  @ParameterizedTest
  @ValueSource(strings = {"passgate.tls", "passgate.limits", "passgate.issuers.acme.user"})
  void saysThatASectionIsEmpty(String key) {
    assertThatThrownBy(() -> UnknownSettings.refuse(file(key, "")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(key + " is '', expected settings below it, or the key left out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passgate.issuers.acme.user.patern",
        "passgate.issuers.acme.audience",
        "passgate.issuers.acme.audience[0]",
        "passgate.authentication.source[0]",
        "passgate.external-uri",
        "passgate.clusters.main",
        "passgate.clusters.main.url.more",
        "passgate.issuers.acme.required-claims.realm_access.roles",
        "passgate.impersonation.rules[0].ass",
        "passgate.impersonation.rules.first.as",
        "passgate.anything"
      })
  void refusesAKeyThatNobodyReads(String key) {
    assertThatThrownBy(() -> UnknownSettings.refuse(file(key, "x")))
        .isInstanceOf(InvalidSettings.class)
        .message()
        .startsWith(key + " is '***', expected a key of this version; there is none of this name");
  }

  @ParameterizedTest
  @CsvSource({
    "passgate.issuers.acme.user.patern, passgate.issuers.acme.user.pattern",
    "passgate.issuers.acme.audience[0], passgate.issuers.acme.audiences",
    "passgate.issuer.acme.audiences, passgate.issuers.acme.audiences",
    "passgate.external-uri, passgate.external-url",
    "passgate.impersonation.rules[3].ass, passgate.impersonation.rules[3].as",
    "passgate.tls.bundel, passgate.tls.bundle"
  })
  void suggestsTheKeyThatWasLikelyMeant(String key, String meant) {
    assertThatThrownBy(() -> UnknownSettings.refuse(file(key, "x")))
        .hasMessageEndingWith("there is none of this name, did you mean " + meant + "?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"passgate.anything", "passgate.clusters.main.url.more", "passgate.abc.x"})
  void suggestsNothingWhereNothingIsNear(String key) {
    assertThatThrownBy(() -> UnknownSettings.refuse(file(key, "x")))
        .hasMessageEndingWith("there is none of this name");
  }

  @Test
  void tellsOfAllOfThem() {
    StandardEnvironment environment = file("passgate.one", "x");
    environment
        .getPropertySources()
        .addFirst(new OriginTrackedMapPropertySource("other.yml", Map.of("passgate.two", "y")));

    assertThatThrownBy(() -> UnknownSettings.refuse(environment))
        .isInstanceOfSatisfying(
            InvalidSettings.class,
            all ->
                assertThat(all.settings())
                    .extracting(InvalidSetting::key)
                    .containsExactlyInAnyOrder("passgate.one", "passgate.two"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passgate.issuers.acme.required-claims./a/b",
        "passgate.issuers.acme.required-claims.urn:x",
        "passgate.issuers.acme.trino.extra-credentials.from.a$b",
        "passgate.clusters.a/b.basic.password"
      })
  void refusesANameThatSpringWouldShorten(String key) {
    assertThatThrownBy(() -> UnknownSettings.refuse(file(key, "x")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(key + " is '***', expected brackets around a name");
  }

  @Test
  void refusesItOnTheCommandLineToo() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new SimpleCommandLinePropertySource("--passgate.tls.bundel=x"));

    assertThatThrownBy(() -> UnknownSettings.refuse(environment))
        .isInstanceOf(InvalidSettings.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passgate.issuers.acme.user.pattern",
        "passgate.issuers.my-idp.audiences[1]",
        "passgate.issuers.acme.issuerUri",
        "passgate.trustedProxies[0]",
        "passgate.trusted-proxies",
        "passgate.clusters.main.url",
        "passgate.issuers.acme.required-claims.email_verified",
        "passgate.issuers.acme.required-claims[realm_access.roles]",
        "passgate.issuers.acme.required-claims[realm_access.roles][1]",
        "passgate.issuers.acme.required-claims[/https:~1~1acme.example/x]",
        "passgate.issuers.acme.trino.roles.from.system",
        "passgate.issuers.acme.trino.extra-credentials.from[s3.token]",
        "passgate.impersonation.rules[12].as",
        "server.port",
        "spring.ssl.bundle.pem.passgate.keystore.certificate"
      })
  void takesAKeyInEveryFormThatSpringReads(String key) {
    assertThatCode(() -> UnknownSettings.refuse(file(key, "x"))).doesNotThrowAnyException();
  }

  @Test
  void leavesTheEnvironmentAlone() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "systemEnvironment", Map.of("PASSGATE_PORT", "tcp://10.0.0.1:8888")));

    assertThatCode(() -> UnknownSettings.refuse(environment)).doesNotThrowAnyException();
  }

  @Test
  void knowsEveryKeyOfTheMetadata() throws IOException {
    try (InputStream metadata =
        UnknownSettings.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      JsonNode properties = JsonMapper.builder().build().readTree(metadata).get("properties");
      assertThat(properties).isNotEmpty();
      for (JsonNode property : properties) {
        String key = property.get("name").asString();
        boolean map = property.get("type").asString().startsWith("java.util.Map");
        if (key.startsWith("passgate.") && !map) {
          assertThatCode(() -> UnknownSettings.refuse(file(key, "x")))
              .as(key)
              .doesNotThrowAnyException();
        }
      }
    }
  }

  @Test
  void quotesNoSecretOfAMisspeltKey() {
    assertThatThrownBy(
            () ->
                UnknownSettings.refuse(
                    file("passgate.issuers.acme.introspection.clientt-secret", "hunter2")))
        .hasMessageContaining("clientt-secret is '***', expected a key of this version");
  }
}
