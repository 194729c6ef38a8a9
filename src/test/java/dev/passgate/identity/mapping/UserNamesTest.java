package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stated rules for names: what of Unicode is refused, and what prefixes and case do. */
class UserNamesTest {

  private static final String LOOKALIKES =
      """
      \u212aate
      al\u0131ce
      \u0130an
      \uff41lice
      ali\u0301ce
      al\u00edce
      ali\u200bce
      ali\u200dce
      ali\u00a0ce
      ali\u2003ce
      \ufeffalice
      ali\u202ece
      \u0430lice
      stra\u00dfe
      \ud835\udc1alice
      ali\u00adce
      ali\u007fce
      """;

  private static UserMapping mapping(String letterCase, String prefix) {
    return new UserMappingProperties(List.of("user"), null, null, letterCase, prefix, null)
        .compile(UserNamesTest::complaint);
  }

  private static IllegalArgumentException complaint(String key, Object value, String expected) {
    return new IllegalArgumentException(key);
  }

  static List<String> lookalikes() {
    return LOOKALIKES.lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep", "lower", "upper"})
  void refusesNamesThatOnlyLookLikeAscii(String letterCase) {
    for (String name : lookalikes()) {
      assertThat(mapping(letterCase, "").map(Map.of("user", name)))
          .as(name)
          .isInstanceOf(None.class);
      assertThat(mapping(letterCase, "p:").map(name)).as(name).isInstanceOf(None.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "keep, KiLo-Ian_9, KiLo-Ian_9",
    "lower, KiLo-Ian_9[\\]^, kilo-ian_9[\\]^",
    "upper, KiLo-Ian_9{|}~`@, KILO-IAN_9{|}~`@"
  })
  void foldsTheLettersOfAsciiOnly(String letterCase, String name, String user) {
    assertThat(mapping(letterCase, "").map(name)).isEqualTo(new User(user));
  }

  @Test
  void neverFoldsALetterIntoAscii() {
    assertThat(LetterCase.LOWER.apply("\u212aA\u0130")).isEqualTo("\u212aa\u0130");
    assertThat(LetterCase.UPPER.apply("\u0131a\u017f")).isEqualTo("\u0131A\u017f");
  }

  @Test
  void putsThePrefixBeforeTheNameAfterItsCase() {
    assertThat(mapping("lower", "ACME:").map("Alice")).isEqualTo(new User("ACME:alice"));
  }

  @Test
  void refusesNameThatThePrefixMakesTooLong() {
    assertThat(mapping("keep", "a:").map("x".repeat(254))).isInstanceOf(User.class);
    assertThat(mapping("keep", "a:").map("x".repeat(255))).isInstanceOf(None.class);
  }

  @Test
  void makesNobodyOfNothingWithAPrefix() {
    UserMapping mapping =
        new UserMappingProperties(List.of("user"), "(x*)( ?)alice", "$1$2", null, "a:", null)
            .compile(UserNamesTest::complaint);

    assertThat(mapping.map("alice")).isInstanceOf(None.class);
    assertThat(mapping.map("x alice")).isInstanceOf(None.class);
    assertThat(mapping.map("xalice")).isEqualTo(new User("a:x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a,b", "\u00e4", "a\nb", "\u212a"})
  void refusesPrefixThatNoNameMayHave(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapping("keep", prefix))
        .withMessage("prefix");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapping("keep", prefix.strip().repeat(65)))
        .withMessage("prefix");
  }
}
