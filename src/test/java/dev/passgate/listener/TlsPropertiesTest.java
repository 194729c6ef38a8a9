package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.server.Ssl.ClientAuth;

class TlsPropertiesTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 8443, 65535})
  void readsEveryKey(int port) {
    assertThat(
            bind(
                Map.of("passgate.tls.port", Integer.toString(port), "passgate.tls.bundle", "main")))
        .isEqualTo(new TlsProperties(port, "main", "none"));
  }

  @ParameterizedTest
  @CsvSource({"none,NONE", "want,WANT", "need,NEED"})
  void asksClientsForCertificatesAsConfigured(String value, ClientAuth expected) {
    assertThat(
            bind(Map.of(
                    "passgate.tls.port",
                    "8443",
                    "passgate.tls.bundle",
                    "main",
                    "passgate.tls.client-auth",
                    value))
                .clientAuthentication())
        .isEqualTo(expected);
  }

  @Test
  void rejectsAnUnknownClientAuth() {
    assertRejected(
        Map.of(
            "passgate.tls.port",
            "8443",
            "passgate.tls.bundle",
            "main",
            "passgate.tls.client-auth",
            "required"),
        "passgate.tls.client-auth is 'required', expected none, want or need");
  }

  @Test
  void rejectsToAskForCertificatesWithoutAPort() {
    assertRejected(
        Map.of("passgate.tls.client-auth", "need"),
        "passgate.tls.port is not set, expected a port, as its clients are asked for certificates");
  }

  @Test
  void isOffByDefault() {
    assertThat(bind(Map.of())).isEqualTo(new TlsProperties(null, null, "none"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536"})
  void rejectsWhatIsNoPort(String port) {
    assertRejected(
        Map.of("passgate.tls.port", port, "passgate.tls.bundle", "main"),
        "passgate.tls.port is '" + port + "', expected a port, 0 to 65535");
  }

  @Test
  void rejectsAPortWithoutBundle() {
    assertRejected(
        Map.of("passgate.tls.port", "8443"),
        "passgate.tls.bundle is not set, expected the name of an SSL bundle, as there is a port");
  }

  @Test
  void rejectsABlankBundle() {
    assertRejected(
        Map.of("passgate.tls.port", "8443", "passgate.tls.bundle", " "),
        "passgate.tls.bundle is not set, expected the name of an SSL bundle, as there is a port");
  }

  @Test
  void rejectsABundleWithoutPort() {
    assertRejected(
        Map.of("passgate.tls.bundle", "main"),
        "passgate.tls.port is not set, expected a port, as there is a bundle");
  }

  private static void assertRejected(Map<String, String> properties, String message) {
    assertThatThrownBy(() -> bind(properties))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(message);
  }

  private static TlsProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.tls", TlsProperties.class);
  }
}
