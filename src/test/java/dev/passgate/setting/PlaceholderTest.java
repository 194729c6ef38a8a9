package dev.passgate.setting;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholderTest {

  @ParameterizedTest
  @ValueSource(strings = {"${NAME}", "${some.name}", "${A:${B}}", "${}", " ${NAME}\n", "${a\nb}"})
  void refusesWhatWasNotFilledInAndDoesNotRepeatIt(String secret) {
    assertThatThrownBy(() -> Placeholder.refuse("passgate.secret", secret))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.secret is '***', expected a value: it is a placeholder ${...} that is not"
                + " set, neither in the environment nor as another property");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "hunter2", "x${NAME}", "${NAME}x", "{NAME}", "$NAME", "${NAME"})
  void takesWhateverElseIsASecret(String secret) {
    assertThatCode(() -> Placeholder.refuse("passgate.secret", secret)).doesNotThrowAnyException();
  }
}
