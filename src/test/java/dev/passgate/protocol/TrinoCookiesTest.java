package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrinoCookiesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a=1                                          | a=1",
        "a=1;b=2, c                                   | a=1;b=2, c",
        "Trino-UI-Token=x                             | ``",
        "trino-ui-token=x;a=1                         | a=1",
        "a=1; Trino-UI-Token=x; b=2                   | a=1; b=2",
        "a=1, Trino-UI-Token=x, b=2                   | a=1; b=2",
        "a=1,Trino-UI-Token=x                         | a=1",
        "a=1;  __Secure-Trino-ID-Token=x              | a=1",
        "a=1; \"Trino-UI-Token\"=x                    | a=1",
        "a=\"1; Trino-UI-Token=x; \"                  | a=\"1; \"",
        "a=1\tTrino-UI-Token=x; b=2                   | b=2",
        "__Host-Trino-Nonce=x; __SECURE-TRINO-NONCE=y | ``"
      })
  void dropsWhatTrinoTakesForAUser(String sent, String kept) {
    assertThat(TrinoCookies.withoutCredentials(sent, Set.of())).isEqualTo(kept);
  }

  @Test
  void dropsOtherCredentialsToo() {
    assertThat(TrinoCookies.withoutCredentials("a=1; token=x.y.z; b=2", Set.of("token")))
        .isEqualTo("a=1; b=2");
  }
}
