package dev.passgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.cluster.trust.BasicSettings;
import dev.passgate.cluster.trust.JwtSettings;
import dev.passgate.cluster.trust.TrustKind;
import dev.passgate.setting.InvalidSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ClusterSettingsTest {

  private static final String KEY = "passgate.clusters.main.";

  private static ClusterSettings bind(String... lines) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(KEY + "url", "https://trino:8443");
    for (String line : lines) {
      String[] pair = line.split("=", 2);
      properties.put(KEY + pair[0], pair[1]);
    }
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate", ClusterProperties.class)
        .clusters()
        .values()
        .iterator()
        .next();
  }

  private static void assertStops(String message, String... lines) {
    assertThatThrownBy(() -> bind(lines))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(KEY + message);
  }

  @Test
  void readsAnAccount() {
    ClusterSettings settings =
        bind(
            "trust=basic",
            "bundle=trino",
            "original-user=omit",
            "allow-plain-http=true",
            "basic.user=passgate",
            "basic.password-file=/run/secrets/trino");

    assertThat(settings.kind()).isEqualTo(TrustKind.BASIC);
    assertThat(settings.tls()).isEqualTo(new ClusterTls("trino", false));
    assertThat(settings.sendsOriginalUser()).isFalse();
    assertThat(settings.allowPlainHttp()).isTrue();
    assertThat(settings.basic())
        .isEqualTo(new BasicSettings("passgate", null, Path.of("/run/secrets/trino")));
  }

  @Test
  void readsTokens() {
    ClusterSettings settings =
        bind(
            "trust=jwt",
            "jwt.issuer=gate",
            "jwt.audience=trino-eu",
            "jwt.lifetime=30s",
            "jwt.principal=svc");

    assertThat(settings.kind()).isEqualTo(TrustKind.JWT);
    assertThat(settings.jwtOrDefault())
        .isEqualTo(new JwtSettings("gate", "trino-eu", Duration.ofSeconds(30), "svc"));
  }

  @Test
  void hasDefaultsForTokens() {
    JwtSettings whole = bind("trust=jwt").jwtOrDefault();
    JwtSettings part = bind("trust=jwt", "jwt.audience=a").jwtOrDefault();

    assertThat(whole).isEqualTo(new JwtSettings("passgate", null, Duration.ofSeconds(60), null));
    assertThat(part).isEqualTo(new JwtSettings("passgate", "a", Duration.ofSeconds(60), null));
  }

  @Test
  void readsACertificate() {
    ClusterSettings settings = bind("trust=certificate", "bundle=trino");

    assertThat(settings.tls()).isEqualTo(new ClusterTls("trino", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic", "kerberos", ""})
  void rejectsAnotherTrust(String trust) {
    assertStops(
        "trust is '" + trust + "', expected none, basic, jwt or certificate", "trust=" + trust);
  }

  @Test
  void rejectsAnotherWordForTheOriginalUser() {
    assertStops("original-user is 'no', expected send or omit", "original-user=no");
  }

  @ParameterizedTest
  @CsvSource({
    "basic,http://trino:8080",
    "basic,http://127.0.0.1.example:8080",
    "basic,http://10.0.0.1",
    "jwt,http://trino:8080"
  })
  void rejectsSecretsInTheClear(String trust, String url) {
    assertThatThrownBy(
            () -> bind("url=" + url, "trust=" + trust, "basic.user=a", "basic.password=secret"))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            KEY
                + "url is '"
                + url
                + "', expected https, as trust: "
                + trust
                + " sends a secret; "
                + KEY
                + "allow-plain-http: true sends it in the clear");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:8080"
      })
  void sendsSecretsToThisMachine(String url) {
    assertThat(bind("url=" + url, "trust=jwt").kind()).isEqualTo(TrustKind.JWT);
  }

  @Test
  void sendsSecretsInTheClearWhereToldTo() {
    assertThat(bind("url=http://trino", "trust=jwt", "allow-plain-http=true").kind())
        .isEqualTo(TrustKind.JWT);
  }

  @Test
  void rejectsABundleWithoutTls() {
    assertStops(
        "url is 'http://trino', expected https, as there is a bundle",
        "url=http://trino",
        "bundle=trino");
  }

  @Test
  void rejectsACertificateWithoutABundle() {
    assertStops(
        "bundle is not set, expected an SSL bundle with a private key, as trust is certificate",
        "trust=certificate");
  }

  @Test
  void rejectsAnAccountThatIsNotComplete() {
    assertStops(
        "basic.user is not set, expected the name of an account, of visible ASCII characters but"
            + " colons",
        "trust=basic");
    assertStops(
        "basic.password is not set, expected a password of printable ASCII characters, or a file",
        "trust=basic",
        "basic.user=passgate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pass:gate", "pass gate", "Gr\u00fcn"})
  void rejectsAUserThatBasicCannotCarry(String user) {
    assertThatThrownBy(() -> bind("trust=basic", "basic.user=" + user, "basic.password=p"))
        .rootCause()
        .hasMessageStartingWith(KEY + "basic.user is '" + user + "', expected the name");
  }

  @Test
  void rejectsTwoPasswordsAndQuotesNone() {
    assertStops(
        "basic.password-file is '/x', expected nothing, as there is a password beside it",
        "trust=basic",
        "basic.user=a",
        "basic.password=secret",
        "basic.password-file=/x");
  }

  @Test
  void rejectsAPasswordThatBasicCannotCarryAndQuotesItNot() {
    assertStops(
        "basic.password is '***', expected a password of printable ASCII characters, or a file",
        "trust=basic",
        "basic.user=a",
        "basic.password=gr\u00fcn");
  }

  @Test
  void rejectsAPasswordThatIsAPlaceholder() {
    assertStops(
        "basic.password is '***', expected a value: it is a placeholder ${...} that is not set,"
            + " neither in the environment nor as another property",
        "trust=basic",
        "basic.user=a",
        "basic.password=${TRINO_PASSWORD}");
  }

  @Test
  void rejectsSettingsOfAnotherTrust() {
    assertStops(
        "trust is 'none', expected basic, as there are settings for it", "basic.user=passgate");
    assertStops(
        "trust is 'basic', expected jwt, as there are settings for it",
        "trust=basic",
        "basic.user=a",
        "basic.password=secret",
        "jwt.lifetime=30s");
  }

  @ParameterizedTest
  @CsvSource({"4s,PT4S", "11m,PT11M", "-1s,PT-1S"})
  void rejectsALifetimeThatIsTooShortOrTooLong(String lifetime, String shown) {
    assertStops(
        "jwt.lifetime is '" + shown + "', expected a duration of 5s to 10m",
        "trust=jwt",
        "jwt.lifetime=" + lifetime);
  }

  @ParameterizedTest
  @ValueSource(strings = {"issuer", "audience", "principal"})
  void rejectsBlankClaims(String claim) {
    assertStops(
        "jwt." + claim + " is ' ', expected text that neither begins nor ends with a blank",
        "trust=jwt",
        "jwt." + claim + "= ");
  }
}
