package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileTest {

  private static PasswordFile parse(String text) {
    return PasswordFile.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void knowsItsUsers() {
    PasswordFile file =
        parse(
            "alice:" + Hashes.BCRYPT + "\r\n\n  bob:" + Hashes.PBKDF2 + "  \nj\u00f6rg:1000:aa:bb");

    assertThat(file.size()).isEqualTo(3);
    assertThat(file.contains("j\u00f6rg")).isTrue();
    assertThat(file.matches("alice", Hashes.PASSWORD)).isTrue();
    assertThat(file.matches("bob", Hashes.PASSWORD)).isTrue();
    assertThat(file.matches("bob", "another")).isFalse();
  }

  @Test
  void takesNamesAsTheyAre() {
    PasswordFile file = parse("alice:" + Hashes.PBKDF2);

    assertThat(file.contains("Alice")).isFalse();
    assertThat(file.matches("Alice", Hashes.PASSWORD)).isFalse();
    assertThat(file.matches("alice ", Hashes.PASSWORD)).isFalse();
  }

  @Test
  void letsInNobodyWhoIsNotThereWhateverThePassword() {
    PasswordFile file = parse("alice:" + Hashes.PBKDF2);

    assertThat(file.matches("mallory", Hashes.PASSWORD)).isFalse();
    assertThat(parse("").matches("mallory", Hashes.PASSWORD)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no colon",
        "# a comment",
        ":" + Hashes.PBKDF2,
        "bob:",
        "bob:secret",
        "alice:" + Hashes.PBKDF2,
        "bob:" + Hashes.PBKDF2 + ":comment"
      })
  void namesTheLineThatIsWrongAndNothingOfIt(String line) {
    assertThatThrownBy(() -> parse("\nalice:" + Hashes.BCRYPT + "\n\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 4 is wrong: ")
        .message()
        .doesNotContain("secret", Hashes.PBKDF2, "alice", "bob");
  }

  @Test
  void refusesWhatIsNotText() {
    assertThatThrownBy(() -> PasswordFile.parse(new byte[] {'a', ':', (byte) 0xff}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is not in UTF-8");
  }

  @Test
  void tellsNothing() {
    assertThat(parse("alice:" + Hashes.BCRYPT)).hasToString("PasswordFile[***]");
  }
}
