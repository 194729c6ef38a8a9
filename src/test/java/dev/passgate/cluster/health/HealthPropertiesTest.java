package dev.passgate.cluster.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HealthPropertiesTest {

  private static HealthProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.health", HealthProperties.class);
  }

  @Test
  void probesByDefault() {
    assertThat(bind(Map.of()))
        .isEqualTo(new HealthProperties(true, Duration.ofSeconds(5), Duration.ofSeconds(3), 2, 3));
  }

  @Test
  void readsAll() {
    assertThat(
            bind(
                Map.of(
                    "passgate.health.enabled", "false",
                    "passgate.health.interval", "10s",
                    "passgate.health.timeout", "1s",
                    "passgate.health.failures", "4",
                    "passgate.health.connection-failures", "5")))
        .isEqualTo(
            new HealthProperties(false, Duration.ofSeconds(10), Duration.ofSeconds(1), 4, 5));
  }

  @ParameterizedTest
  @CsvSource({
    "interval, PT0.05S, a duration from 100ms to 1h",
    "timeout, PT2H, a duration from 100ms to 1h",
    "failures, 0, a number from 1 to 1000",
    "connection-failures, 1001, a number from 1 to 1000"
  })
  void rejectsWhatIsOutOfRange(String key, String value, String expected) {
    assertThatThrownBy(() -> bind(Map.of("passgate.health." + key, value)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage("passgate.health." + key + " is '" + value + "', expected " + expected);
  }
}
