package dev.passgate.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.identity.mapping.MappedUser;
import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class CertificatePropertiesTest {

  private static final String USER = "passgate.authentication.certificate.user.";

  private static CertificateProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.authentication.certificate", CertificateProperties.class);
  }

  @Test
  void readsEveryKey() {
    CertificateProperties properties =
        bind(
            Map.of(
                USER + "claims",
                "san.uri, subject",
                USER + "pattern",
                "spiffe://acme/(.+)",
                USER + "template",
                "svc-$1",
                USER + "case",
                "lower",
                USER + "prefix",
                "cert:"));

    assertThat(properties.user().claims()).containsExactly("san.uri", "subject");
    assertThat(properties.mapping().map(Map.of("san.uri", "spiffe://acme/ETL")))
        .isEqualTo(new MappedUser.User("cert:svc-etl"));
  }

  @Test
  void takesTheCommonNameByDefault() {
    assertThat(bind(Map.of()).user().claims()).containsExactly("cn");
    assertThat(bind(Map.of(USER + "case", "upper")).mapping().map(Map.of("cn", "alice")))
        .isEqualTo(new MappedUser.User("ALICE"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "claims | CN | claims of subject, cn, san.email, san.dns, san.uri",
        "claims | cn,email | claims of subject, cn, san.email, san.dns, san.uri",
        "pattern | ( | a regular expression",
        "template | $1 | a pattern beside it",
        "case | Lower | keep, lower or upper",
        "prefix | a,b | up to 64 visible ASCII characters",
        "rules-file | /nowhere | a file in the form of Trino's user mapping"
      })
  void rejectsWhatIsNoMapping(String key, String value, String expected) {
    assertThatThrownBy(() -> bind(Map.of(USER + key, value)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(USER + key + " is '")
        .hasMessageContaining("expected " + expected);
  }
}
