package dev.passgate.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.Yaml;

class MistakesTest {

  private static StandardEnvironment environment(String key, Object value) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(key, value)));
    return environment;
  }

  private static RuntimeException bound(String key, Object value, Class<?> type) {
    return catchRuntimeException(() -> Binder.get(environment(key, value)).bind(key, type));
  }

  @Test
  void tellsASettingWhateverItIsWrappedIn() {
    InvalidSetting setting = new InvalidSetting("a.b", "x", "y");

    assertThat(Mistakes.of(new IllegalStateException(new RuntimeException(setting))))
        .containsExactly("a.b is 'x', expected y");
  }

  @Test
  void tellsSeveralSettings() {
    assertThat(
            Mistakes.of(
                new InvalidSettings(
                    List.of(new InvalidSetting("a", 1, "2"), new InvalidSetting("b", 3, "4")))))
        .containsExactly("a is '1', expected 2", "b is '3', expected 4");
  }

  @Test
  void tellsWhatATypeTakes() {
    assertThat(Mistakes.of(bound("a.time", "soon", Duration.class)))
        .containsExactly("a.time is 'soon', expected a duration, such as 30s or 5m");
    assertThat(Mistakes.of(bound("a.size", "large", DataSize.class)))
        .containsExactly("a.size is 'large', expected a size, such as 64KB or 2MB");
    assertThat(Mistakes.of(bound("a.count", "many", Integer.class)))
        .containsExactly("a.count is 'many', expected a whole number");
    assertThat(Mistakes.of(bound("a.on", "maybe", Boolean.class)))
        .containsExactly("a.on is 'maybe', expected true or false");
    assertThat(Mistakes.of(bound("a.level", "loud", LogLevel.class)).getFirst())
        .startsWith("a.level is 'loud', expected one of trace, debug, info");
  }

  @ParameterizedTest
  @CsvSource({
    "a.password, true",
    "a.signing-key, true",
    "a.client-secret, true",
    "a.keys[0], true",
    "a.max-token-size, false",
    "a.token-uri, false"
  })
  void repeatsNoSecret(String key, boolean secret) {
    assertThat(Mistakes.of(bound(key, "hunter2", Integer.class)).getFirst().contains("hunter2"))
        .isEqualTo(!secret);
  }

  @Test
  void tellsTheLineOfYamlAndNothingOfWhatIsThere() {
    RuntimeException failure =
        catchRuntimeException(() -> new Yaml().load("password: hunter2\n\tuser: [hunter2\n"));

    assertThat(Mistakes.of(failure))
        .singleElement()
        .asString()
        .contains("line 2, column 1")
        .doesNotContain("hunter2");
  }

  @Test
  void tellsOfAFailureOfAnotherKindWithoutItsClass() {
    assertThat(Mistakes.of(new IllegalStateException("outer", new RuntimeException("the\nreason"))))
        .containsExactly("the reason");
    assertThat(Mistakes.of(new IllegalStateException()))
        .containsExactly("the configuration cannot be used, and there is no more to tell");
  }
}
