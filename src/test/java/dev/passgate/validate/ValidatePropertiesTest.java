package dev.passgate.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.validate.ValidateProperties.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidatePropertiesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "X Groups",
        "X-Groups:",
        "X_Groups",
        "X-Gr\u00fcppen",
        "X-Groups\r\nX",
        "x-trino-user",
        "Content-Length",
        "TRANSFER-ENCODING",
        "WWW-Authenticate",
        "Set-Cookie",
        "Location"
      })
  void refusesWhatIsNoNameOrHasAMeaning(String name) {
    assertThatThrownBy(() -> new Headers(null, null, name, null))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("passgate.validate.headers.groups is '" + name + "', expected");
  }

  @Test
  void refusesANameForTwoThings() {
    assertThatThrownBy(() -> new Headers("X-Who", null, null, "x-who"))
        .hasMessageStartingWith("passgate.validate.headers.original-user is 'x-who', expected");
  }

  @Test
  void takesOtherNames() {
    Headers headers = new Headers("X-Issuer", "Remote-Subject", null, "X-Trino-Original-User");

    assertThat(headers.originalUser()).isEqualTo("X-Trino-Original-User");
  }
}
