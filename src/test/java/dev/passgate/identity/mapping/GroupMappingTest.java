package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupMappingTest {

  private static Set<String> groups(Map<String, ? extends @Nullable Object> claims) {
    return new GroupsProperties(List.of("groups", "realm.roles", "team"))
        .compile((key, value, expected) -> new IllegalArgumentException(key))
        .map(claims);
  }

  @Test
  void joinsAllClaimsThatArePresent() {
    assertThat(
            groups(
                Map.of(
                    "groups", List.of("a", "b"),
                    "realm", Map.of("roles", List.of("b", "/c \u00e4")),
                    "team", "d")))
        .containsExactly("a", "b", "/c \u00e4", "d");
    assertThat(groups(Map.of("groups", List.of()))).isEmpty();
    assertThat(groups(Map.of())).isEmpty();
  }

  @Test
  void findsNoneWhereNoneAreAskedFor() {
    assertThat(
            new GroupsProperties(null)
                .compile((key, value, expected) -> new IllegalArgumentException(key))
                .map(Map.of("groups", List.of("a"))))
        .isEmpty();
  }

  static Stream<Object> unusableValues() {
    return Stream.of(
        7,
        true,
        "",
        Map.of("a", "b"),
        List.of("a", 7),
        List.of("a", ""),
        List.of(List.of("a")),
        List.of(Map.of()),
        Arrays.asList("a", null),
        "a\nb",
        List.of("a\u0000"));
  }

  @ParameterizedTest
  @MethodSource("unusableValues")
  void refusesClaimOfAnotherForm(Object value) {
    assertThatThrownBy(() -> groups(Map.of("groups", value))).isInstanceOf(UnusableClaim.class);
  }

  @Test
  void refusesNullAndUnreachableClaims() {
    Map<String, @Nullable Object> claims = new HashMap<>();
    claims.put("groups", null);

    assertThatThrownBy(() -> groups(claims)).isInstanceOf(UnusableClaim.class);
    assertThatThrownBy(() -> groups(Map.of("realm", "x"))).isInstanceOf(UnusableClaim.class);
  }

  @Test
  void refusesMoreThanTheLimitsAndSaysWhich() {
    List<String> many = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
    assertThat(groups(Map.of("groups", many))).hasSize(1000);
    assertThat(groups(Map.of("groups", "g".repeat(256)))).hasSize(1);

    assertThatThrownBy(() -> groups(Map.of("groups", many, "team", "one more")))
        .hasMessageContaining("1000 groups");
    assertThatThrownBy(() -> groups(Map.of("groups", "g".repeat(257))))
        .hasMessageContaining("256 characters");
  }
}
