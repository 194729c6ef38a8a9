package dev.passgate.identity.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.identity.introspection.IntrospectionSettings;
import dev.passgate.setting.InvalidSetting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class IntrospectionPropertiesTest {

  private static final String KEY = "passgate.issuers.acme.introspection.";

  @TempDir private Path folder;

  private static IssuersProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate", IssuersProperties.class);
  }

  private static Map<String, String> acme() {
    Map<String, String> properties = new LinkedHashMap<>();
    put(properties, "acme");
    properties.put(KEY + "client-id", "passgate");
    properties.put(KEY + "client-secret", "hunter2");
    return properties;
  }

  private static void put(Map<String, String> properties, String name) {
    String issuer = "passgate.issuers." + name + ".";
    properties.put(issuer + "issuer-uri", "https://" + name + ".example");
    properties.put(issuer + "audiences", "trino");
  }

  private static IntrospectionSettings settings(Map<String, String> properties) {
    return Objects.requireNonNull(bind(properties).settings().getFirst().introspection());
  }

  private static void assertRejected(Map<String, String> properties, String message) {
    assertThatThrownBy(() -> bind(properties))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void readsEveryKey() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2\n");
    Map<String, String> properties = acme();
    properties.remove(KEY + "client-secret");
    properties.put(KEY + "client-secret-file", secret.toString());
    properties.put(KEY + "uri", "https://acme.example/introspect");
    properties.put(KEY + "tokens", "all");
    properties.put(KEY + "token-prefix", "acme_at_");
    properties.put(KEY + "cache-ttl", "5m");
    properties.put(KEY + "timeout", "2s");
    properties.put(KEY + "max-concurrent", "7");
    properties.put(KEY + "require-audience", "false");

    IntrospectionSettings settings = settings(properties);

    assertThat(settings)
        .isEqualTo(
            new IntrospectionSettings(
                URI.create("https://acme.example/introspect"),
                settings.client(),
                true,
                "acme_at_",
                Duration.ofMinutes(5),
                Duration.ofSeconds(2),
                7,
                false));
    assertThat(settings.toString()).doesNotContain("hunter2");
  }

  @Test
  void hasDefaults() {
    IntrospectionSettings settings = settings(acme());

    assertThat(settings)
        .isEqualTo(
            new IntrospectionSettings(
                null,
                settings.client(),
                false,
                "",
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                64,
                true));
    assertThat(bind(acme()).toString()).doesNotContain("hunter2");
  }

  @Test
  void asksNobodyByDefault() {
    Map<String, String> properties = new LinkedHashMap<>();
    put(properties, "acme");

    assertThat(bind(properties).settings().getFirst().introspection()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "uri | introspect | an absolute https or http URI",
        "tokens | some | opaque or all",
        "token-prefix | a,b | up to 64 characters that stand in tokens",
        "cache-ttl | 6m | a duration from PT0S to PT5M",
        "timeout | 0s | a duration from PT0.001S to PT1M",
        "max-concurrent | 0 | a number from 1 to 10000",
        "client-id | '' | the name by which the issuer knows this gateway",
        "client-secret-file | /nowhere | no client-secret beside it"
      })
  void rejectsWhatIsNoValue(String key, String value, String expected) {
    Map<String, String> properties = acme();
    properties.put(KEY + key, value);

    assertThatThrownBy(() -> bind(properties))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(KEY + key + " is '")
        .hasMessageContaining("expected " + expected)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void rejectsAClientWithoutIdOrSecret() {
    Map<String, String> properties = acme();
    properties.remove(KEY + "client-secret");
    assertRejected(properties, KEY + "client-secret is not set, expected the secret");

    properties.put(KEY + "client-secret-file", "/nowhere");
    assertRejected(properties, KEY + "client-secret-file is '/nowhere', expected a file with");

    properties.remove(KEY + "client-id");
    assertRejected(properties, KEY + "client-id is not set, expected the name");
  }

  @Test
  void rejectsASecretThatIsAPlaceholder() {
    Map<String, String> properties = acme();
    properties.put(KEY + "client-secret", "${ACME_SECRET}");

    assertRejected(
        properties, KEY + "client-secret is '***', expected a value: it is a placeholder");
  }

  @Test
  void rejectsAFileWithoutSecret() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2\nhunter2\n");
    Map<String, String> properties = acme();
    properties.remove(KEY + "client-secret");
    properties.put(KEY + "client-secret-file", secret.toString());

    assertRejected(properties, KEY + "client-secret-file is '" + secret + "', expected a file");
  }

  @Test
  void wantsTheEndpointWhereNothingIsDiscovered() {
    Map<String, String> properties = acme();
    properties.put("passgate.issuers.acme.jwk-set-uri", "https://acme.example/keys");

    assertRejected(properties, KEY + "uri is not set, expected the issuer's introspection");
  }

  @ParameterizedTest
  @CsvSource({"at_,at_", "at_,at_g", "at_g,at_", ","})
  void rejectsPrefixesThatCollide(String one, String other) {
    Map<String, String> properties = acme();
    put(properties, "globex");
    properties.put("passgate.issuers.globex.introspection.client-id", "passgate");
    properties.put("passgate.issuers.globex.introspection.client-secret", "hunter2");
    if (one != null) {
      properties.put(KEY + "token-prefix", one);
      properties.put("passgate.issuers.globex.introspection.token-prefix", other);
    }

    assertRejected(properties, "passgate.issuers.globex.introspection.token-prefix is ");
  }

  @Test
  void letsOneIssuerHaveAllOtherTokens() {
    Map<String, String> properties = acme();
    put(properties, "globex");
    properties.put("passgate.issuers.globex.introspection.client-id", "passgate");
    properties.put("passgate.issuers.globex.introspection.client-secret", "hunter2");
    properties.put("passgate.issuers.globex.introspection.token-prefix", "g");

    assertThat(bind(properties).settings()).hasSize(2);
  }
}
