package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserMappingTest {

  private static UserMapping mapping(
      List<String> claims, @Nullable String pattern, @Nullable String template, String letterCase) {
    return new UserMappingProperties(claims, pattern, template, letterCase, "", null)
        .compile((key, value, expected) -> new IllegalArgumentException(key));
  }

  private static UserMapping claims(String... claims) {
    return mapping(List.of(claims), null, null, "keep");
  }

  private static UserMapping pattern(String pattern, @Nullable String template) {
    return mapping(List.of("user"), pattern, template, "keep");
  }

  private static void assertUser(MappedUser mapped, String name) {
    assertThat(mapped).isEqualTo(new User(name));
  }

  private static void assertNone(MappedUser mapped) {
    assertThat(mapped).isInstanceOf(None.class);
  }

  @Test
  void takesFirstClaimThatIsPresent() {
    UserMapping mapping = claims("preferred_username", "email", "sub");

    assertUser(mapping.map(Map.of("sub", "s", "email", "e", "preferred_username", "p")), "p");
    assertUser(mapping.map(Map.of("sub", "s", "email", "e")), "e");
    assertUser(mapping.map(Map.of("sub", "s")), "s");
    assertNone(mapping.map(Map.of("name", "n")));
  }

  static Stream<Object> unusableValues() {
    return Stream.of(
        "",
        " ",
        " alice",
        "alice ",
        "alice,root",
        "ali\nce",
        "ali\u0000ce",
        "ali\tce",
        "\u00e4lice",
        "\u0430lice",
        "alice\u200b",
        "a".repeat(257),
        7,
        true,
        List.of("alice"),
        Map.of("name", "alice"));
  }

  @ParameterizedTest
  @MethodSource("unusableValues")
  void neverPassesOverAClaimThatIsPresentAndUnusable(Object value) {
    assertNone(claims("user", "sub").map(Map.of("user", value, "sub", "root")));
  }

  @Test
  void neverPassesOverANullClaim() {
    Map<String, @Nullable Object> claims = new HashMap<>();
    claims.put("user", null);
    claims.put("sub", "root");

    assertNone(claims("user", "sub").map(claims));
  }

  @Test
  void descendsIntoObjects() {
    UserMapping mapping = claims("a.b.c", "sub");

    assertUser(mapping.map(Map.of("a", Map.of("b", Map.of("c", "alice")))), "alice");
    assertUser(mapping.map(Map.of("a", Map.of("b", Map.of()), "sub", "s")), "s");
    assertUser(mapping.map(Map.of("sub", "s")), "s");
  }

  @Test
  void refusesToDescendIntoAnythingElse() {
    UserMapping mapping = claims("a.b", "sub");

    assertNone(mapping.map(Map.of("a", List.of(Map.of("b", "alice")), "sub", "s")));
    assertNone(mapping.map(Map.of("a", "alice", "sub", "s")));
    assertNone(mapping.map(Map.of("a", 7, "sub", "s")));
  }

  @Test
  void prefersClaimWhoseNameHasTheDots() {
    UserMapping mapping = claims("a.b");

    assertUser(mapping.map(Map.of("a.b", "literal", "a", Map.of("b", "nested"))), "literal");
    assertUser(
        claims("https://acme.example/user").map(Map.of("https://acme.example/user", "alice")),
        "alice");
  }

  @Test
  void keepsValueThatMatchesWhereThereIsNoTemplate() {
    assertUser(
        pattern("(.+)@acme\\.example", null).map(Map.of("user", "al@acme.example")),
        "al@acme.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice@evil.example",
        "alice@acme.example.evil",
        "alice@acmeXexample",
        "@acme.example"
      })
  void refusesValueThatDoesNotMatchAsAWhole(String value) {
    assertNone(pattern("(.+)@acme\\.example", "$1").map(Map.of("user", value)));
  }

  @ParameterizedTest
  @CsvSource({
    "$1,alice",
    "$1_$2,alice_acme",
    "$0,alice@acme",
    "trino-$1,trino-alice",
    "$$$1,$alice",
    "constant,constant"
  })
  void fillsTemplate(String template, String user) {
    assertUser(pattern("(.+)@(.+)", template).map(Map.of("user", "alice@acme")), user);
  }

  @Test
  void refusesWhereAGroupTookNoPart() {
    assertNone(pattern("(a)|(b)", "$1").map(Map.of("user", "b")));
  }

  @Test
  void refusesNameThatTrinoDoesNotTake() {
    assertNone(pattern("(x*)alice", "$1").map(Map.of("user", "alice")));
    assertNone(pattern("(.+)", "$1,root").map(Map.of("user", "alice")));
  }

  @Test
  void changesCaseWithoutRegardToTheLocaleOfTheMachine() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertUser(mapping(List.of("user"), null, null, "lower").map(Map.of("user", "IAN")), "ian");
      assertUser(mapping(List.of("user"), null, null, "upper").map(Map.of("user", "ian")), "IAN");
      assertUser(mapping(List.of("user"), null, null, "keep").map(Map.of("user", "Ian")), "Ian");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void givesUpOnAPatternThatBacktracksWithoutEnd() {
    assertNone(pattern("(a+)+b", "$1").map(Map.of("user", "a".repeat(200))));
    assertNone(pattern("(.*)*(.*)*(.*)*x", "$1").map(Map.of("user", "a".repeat(256))));
  }

  @Test
  void matchesTheLongestName() {
    String longest = "a".repeat(256);
    assertUser(pattern("^([a-z.]+?)(?:@.*)?$", "$1").map(Map.of("user", longest)), longest);
  }
}
