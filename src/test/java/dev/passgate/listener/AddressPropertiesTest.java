package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.protocol.Origin;
import dev.passgate.setting.InvalidSetting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AddressPropertiesTest {

  @Test
  void readsEveryKey() {
    AddressProperties properties =
        bind(
            Map.of(
                "passgate.external-url", "https://trino.example.com",
                "passgate.trusted-proxies[0]", "10.0.0.0/8",
                "passgate.trusted-proxies[1]", "2001:db8::1"));

    assertThat(properties)
        .isEqualTo(
            new AddressProperties(
                "https://trino.example.com", List.of("10.0.0.0/8", "2001:db8::1")));
    assertThat(properties.externalOrigin())
        .isEqualTo(new Origin("https", "trino.example.com", 443));
  }

  @Test
  void readsProxiesFromOneValue() {
    assertThat(bind(Map.of("passgate.trusted-proxies", "10.0.0.0/8,192.0.2.1")).trustedProxies())
        .containsExactly("10.0.0.0/8", "192.0.2.1");
  }

  @Test
  void trustsNobodyByDefault() {
    AddressProperties properties = bind(Map.of());

    assertThat(properties).isEqualTo(new AddressProperties(null, List.of()));
    assertThat(properties.externalOrigin()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trino.example.com",
        "https://trino.example.com/gateway",
        "https://user@trino.example.com",
        "ftp://trino.example.com",
        "https://",
        "https://a b",
        "https://trino.example.com?a"
      })
  void rejectsAUrlThatIsNoOrigin(String url) {
    assertThatThrownBy(() -> bind(Map.of("passgate.external-url", url)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.external-url is '"
                + url.replace("user@", "***@")
                + "', expected http(s)://host[:port], without a path because Trino's clients"
                + " always call /v1/statement");
  }

  @Test
  void rejectsAProxyThatIsNoAddress() {
    assertThatThrownBy(() -> bind(Map.of("passgate.trusted-proxies", "10.0.0.0/8,proxy.local")))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.trusted-proxies is 'proxy.local', expected an address or a network such as"
                + " 10.0.0.0/8");
  }

  private static AddressProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate", AddressProperties.class);
  }
}
