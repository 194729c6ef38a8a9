package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimPathTest {

  private static final Map<String, Object> CLAIMS =
      Map.of(
          "https://acme.example/claims",
          Map.of("name", "alice", "a/b", "slash", "m~n", "tilde", "~1", "escaped"),
          "https://acme.example/user",
          "bob",
          "/user",
          "a name with a slash",
          "user",
          "carol",
          "list",
          List.of("zero", "one"),
          "a",
          Map.of("b", Map.of("c.d", "deep")));

  private static @Nullable Object find(String path) {
    return ClaimPath.parse(path).find(CLAIMS);
  }

  @ParameterizedTest
  @CsvSource({
    "/https:~1~1acme.example~1claims/name, alice",
    "/https:~1~1acme.example~1claims/a~1b, slash",
    "/https:~1~1acme.example~1claims/m~0n, tilde",
    "/https:~1~1acme.example~1claims/~01, escaped",
    "/a/b/c.d, deep",
    "/user, carol",
    "/~1user, a name with a slash",
    "https://acme.example/user, bob"
  })
  void findsClaim(String path, String value) {
    assertThat(find(path)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nobody", "/a/x", "/https:~1~1acme.example~1claims/x", "a.x"})
  void tellsAbsentClaim(String path) {
    assertThat(find(path)).isEqualTo(ClaimPath.Missing.ABSENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/list/0", "/list/-", "/user/x", "/a/b/c.d/e", "list.0"})
  void descendsIntoObjectsOnly(String path) {
    assertThat(find(path)).isEqualTo(ClaimPath.Missing.UNREACHABLE);
  }

  @Test
  void looksNoPointerUpAsAName() {
    assertThat(ClaimPath.parse("/a.b").find(Map.of("/a.b", "no", "a.b", "yes"))).isEqualTo("yes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//a",
        "/a/",
        "/a//b",
        "/~",
        "/~2",
        "/a~",
        "/a b",
        "a b",
        "a\u00a0b",
        "a\u2003b",
        "a\tb",
        "a\u0085b",
        ".a",
        "a.",
        "a..b"
      })
  void refusesWhatIsNoPath(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> ClaimPath.parse(path));
  }
}
