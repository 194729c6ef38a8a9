package dev.passgate.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class FailurePropertiesTest {

  @Test
  void readsTheStatus() {
    assertThat(bind(Map.of("passgate.authentication.failure-status", "403")).failureStatus())
        .isEqualTo(403);
  }

  @Test
  void answers401ByDefault() {
    assertThat(bind(Map.of()).failureStatus()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"200", "0", "-1", "400", "404", "500"})
  void rejectsEveryOtherStatus(String status) {
    assertThatThrownBy(() -> bind(Map.of("passgate.authentication.failure-status", status)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.authentication.failure-status is '" + status + "', expected 401 or 403");
  }

  private static FailureProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.authentication", FailureProperties.class);
  }
}
