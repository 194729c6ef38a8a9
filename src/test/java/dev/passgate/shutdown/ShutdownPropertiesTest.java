package dev.passgate.shutdown;

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

class ShutdownPropertiesTest {

  private static ShutdownProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("passgate.shutdown", ShutdownProperties.class);
  }

  @Test
  void readsEveryKey() {
    assertThat(bind(Map.of("passgate.shutdown.delay", "0s", "passgate.shutdown.timeout", "2m")))
        .isEqualTo(new ShutdownProperties(Duration.ZERO, Duration.ofMinutes(2)));
  }

  @Test
  void givesBalancersAndRequestsTimeByDefault() {
    assertThat(bind(Map.of()))
        .isEqualTo(new ShutdownProperties(Duration.ofSeconds(5), Duration.ofSeconds(30)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          delay   | -1s  | PT-1S    | a duration from 0s to 10m
          delay   | 601s | PT10M1S  | a duration from 0s to 10m
          timeout | 0s   | PT0S     | a duration from 1ms to 24h
          timeout | -5s  | PT-5S    | a duration from 1ms to 24h
          timeout | 25h  | PT25H    | a duration from 1ms to 24h
          """)
  void refusesTimesThatMakeNoSense(String key, String value, String shown, String expected) {
    assertThatThrownBy(() -> bind(Map.of("passgate.shutdown." + key, value)))
        .isInstanceOf(BindException.class)
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage("passgate.shutdown." + key + " is '" + shown + "', expected " + expected);
  }
}
