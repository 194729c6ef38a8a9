package dev.passgate.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingPropertiesTest {

  private static final String COLLECTOR = "https://collector.example:4318/v1/traces";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "api key; secret; passgate.tracing.headers.api key is '***', expected the name of a header",
        "Host; secret; passgate.tracing.headers.Host is '***', expected the name of a header",
        "api-key; ${KEY}; passgate.tracing.headers.api-key is '***', expected a value",
        "api-key; sécret; passgate.tracing.headers.api-key is '***', expected printable ASCII",
      })
  void refusesHeadersWithoutRepeatingTheirValues(String name, String value, String message) {
    assertThatThrownBy(() -> new TracingProperties(COLLECTOR, 1, Map.of(name, value)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesHeadersForNobody() {
    assertThatThrownBy(() -> new TracingProperties(null, 1, Map.of("api-key", "secret")))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("passgate.tracing.endpoint is not set");
  }

  @Test
  void tellsNoSecret() {
    assertThat(new TracingProperties(COLLECTOR, 0.5, Map.of("api-key", "secret")))
        .hasToString("TracingProperties[endpoint=" + COLLECTOR + ", ratio=0.5, headers=[api-key]]");
  }
}
