package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class LimitPropertiesTest {

  @Test
  void readsEveryKey() {
    assertThat(
            bind(
                Map.of(
                    "passgate.limits.request-body", "3MB",
                    "passgate.limits.request-head-time", "4s",
                    "passgate.limits.request-body-pause", "5m",
                    "passgate.limits.request-body-time", "6m",
                    "passgate.limits.answer-pause", "1ms")))
        .isEqualTo(
            new LimitProperties(
                DataSize.ofMegabytes(3),
                Duration.ofSeconds(4),
                Duration.ofMinutes(5),
                Duration.ofMinutes(6),
                Duration.ofMillis(1)));
  }

  @Test
  void hasALimitForEverythingByDefault() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new LimitProperties(
                DataSize.ofMegabytes(16),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                Duration.ofMinutes(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          request-body       | 0B  | 0B    | a size of at least 1B, such as 16MB
          request-body       | -1B | -1B   | a size of at least 1B, such as 16MB
          request-head-time  | 0s  | PT0S  | a duration of at least 1ms, such as 30s
          request-head-time  | -1s | PT-1S | a duration of at least 1ms, such as 30s
          request-body-pause | 0s  | PT0S  | a duration of at least 1ms, such as 30s
          request-body-time  | 0s  | PT0S  | a duration of at least 1ms, such as 30s
          answer-pause       | 0s  | PT0S  | a duration of at least 1ms, such as 30s
          """)
  void rejectsALimitThatLetsNothingThrough(String key, String value, String shown, String wanted) {
    assertThatThrownBy(() -> bind(Map.of("passgate.limits." + key, value)))
        .isInstanceOf(BindException.class)
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage("passgate.limits." + key + " is '" + shown + "', expected " + wanted);
  }

  private static LimitProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.limits", LimitProperties.class);
  }
}
