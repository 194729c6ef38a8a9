package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.identity.Grants;
import dev.passgate.identity.mapping.GrantProperties.ClientTags;
import dev.passgate.identity.mapping.GrantProperties.ExtraCredentials;
import dev.passgate.identity.mapping.GrantProperties.Roles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrantMappingTest {

  private static final Roles NO_ROLES = new Roles(null, Map.of());
  private static final ClientTags NO_TAGS = new ClientTags(null, null, null);
  private static final ExtraCredentials NO_CREDENTIALS = new ExtraCredentials(null, Map.of(), null);

  private static Grants map(GrantProperties properties, Map<String, ? extends Object> claims) {
    return properties
        .compile((key, value, expected) -> new IllegalArgumentException(key + " " + expected))
        .map(claims);
  }

  private static GrantProperties roles() {
    return new GrantProperties(
        new Roles("add", Map.of("system", "role", "hive", "hive.role")), NO_TAGS, NO_CREDENTIALS);
  }

  private static GrantProperties tags(@Nullable String template) {
    return new GrantProperties(
        NO_ROLES, new ClientTags("replace", List.of("groups", "dep"), template), NO_CREDENTIALS);
  }

  @Test
  void saysNothingWhereNothingIsConfigured() {
    assertThat(
            map(
                new GrantProperties(NO_ROLES, NO_TAGS, NO_CREDENTIALS),
                Map.of("role", "admin", "groups", List.of("a"))))
        .isEqualTo(Grants.NONE);
  }

  @Test
  void findsOneRoleForEachCatalog() {
    Grants.Part found =
        map(roles(), Map.of("role", List.of("admin"), "hive", Map.of("role", "analyst"))).roles();

    assertThat(found)
        .isEqualTo(
            new Grants.Part(
                false, Set.of("system", "hive"), Map.of("system", "admin", "hive", "analyst")));
    assertThat(map(roles(), Map.of("role", List.of())).roles().values()).isEmpty();
    assertThat(map(roles(), Map.of()).roles().names()).containsExactlyInAnyOrder("system", "hive");
  }

  static Stream<Object> unusableRoles() {
    return Stream.of(
        List.of("a", "b"), 7, true, Map.of(), "", "a\r\nX: y", "\u00e4", "a,b", "r".repeat(257));
  }

  @ParameterizedTest
  @MethodSource("unusableRoles")
  void refusesWhatIsNotOneRole(Object value) {
    assertThatThrownBy(() -> map(roles(), Map.of("role", value))).isInstanceOf(UnusableClaim.class);
  }

  @Test
  void makesTagsOfTheValuesOfAllClaims() {
    Map<String, Object> claims = Map.of("groups", List.of("a", "b c"), "dep", "d");

    assertThat(map(tags(null), claims).clientTags().values()).containsOnlyKeys("a", "b c", "d");
    assertThat(map(tags("group:$0"), claims).clientTags().values())
        .containsOnlyKeys("group:a", "group:b c", "group:d");
    assertThat(map(tags(null), claims).clientTags().replaces()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("unusableRoles")
  void refusesTagsThatTheHeaderCannotCarry(Object value) {
    if (value instanceof List<?>) {
      return;
    }
    assertThatThrownBy(() -> map(tags(null), Map.of("dep", value)))
        .isInstanceOf(UnusableClaim.class);
  }

  @Test
  void refusesTooManyTags() {
    List<String> many = IntStream.rangeClosed(0, 1000).mapToObj(Integer::toString).toList();

    assertThatThrownBy(() -> map(tags(null), Map.of("groups", many)))
        .hasMessageContaining("1000 client tags");
  }

  @Test
  void findsCredentialsAndPromisesTheToken() {
    GrantProperties properties =
        new GrantProperties(
            NO_ROLES,
            NO_TAGS,
            new ExtraCredentials("replace", Map.of("s3.key", "/s3/key"), "token"));

    Grants grants = map(properties, Map.of("s3", Map.of("key", "k\u00e9y = \r\n,")));
    assertThat(grants.extraCredentials())
        .isEqualTo(
            new Grants.Part(true, Set.of("s3.key", "token"), Map.of("s3.key", "k\u00e9y = \r\n,")));
    assertThat(grants.tokenCredentials()).containsExactly("token");
    assertThat(grants.toString()).doesNotContain("key");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("roles.mode", new Roles(null, Map.of("system", "r")), NO_TAGS, NO_CREDENTIALS),
        mistake("roles.mode", new Roles("append", Map.of("system", "r")), NO_TAGS, NO_CREDENTIALS),
        mistake("roles.mode", new Roles("add", Map.of()), NO_TAGS, NO_CREDENTIALS),
        mistake("roles.from", new Roles("add", Map.of("a=b", "r")), NO_TAGS, NO_CREDENTIALS),
        mistake("roles.from", new Roles("add", Map.of("a,b", "r")), NO_TAGS, NO_CREDENTIALS),
        mistake(
            "roles.from",
            new Roles("add", Map.of("hive", "r", "Hive", "s")),
            NO_TAGS,
            NO_CREDENTIALS),
        mistake(
            "roles.from[system]",
            new Roles("add", Map.of("system", "r..")),
            NO_TAGS,
            NO_CREDENTIALS),
        mistake(
            "client-tags.mode", NO_ROLES, new ClientTags(null, List.of("g"), null), NO_CREDENTIALS),
        mistake("client-tags.mode", NO_ROLES, new ClientTags("add", null, null), NO_CREDENTIALS),
        mistake(
            "client-tags.claims", NO_ROLES, new ClientTags("add", List.of(), null), NO_CREDENTIALS),
        mistake(
            "client-tags.claims",
            NO_ROLES,
            new ClientTags("add", List.of(""), null),
            NO_CREDENTIALS),
        mistake(
            "client-tags.template",
            NO_ROLES,
            new ClientTags("replace", null, "$0"),
            NO_CREDENTIALS),
        mistake(
            "client-tags.template",
            NO_ROLES,
            new ClientTags("add", List.of("g"), "a,$0"),
            NO_CREDENTIALS),
        mistake(
            "client-tags.template",
            NO_ROLES,
            new ClientTags("add", List.of("g"), "$1"),
            NO_CREDENTIALS),
        mistake(
            "client-tags.template",
            NO_ROLES,
            new ClientTags("add", List.of("g"), ""),
            NO_CREDENTIALS),
        mistake(
            "extra-credentials.mode", NO_ROLES, NO_TAGS, new ExtraCredentials(null, Map.of(), "t")),
        mistake(
            "extra-credentials.token",
            NO_ROLES,
            NO_TAGS,
            new ExtraCredentials("add", Map.of(), "a b")),
        mistake(
            "extra-credentials.token",
            NO_ROLES,
            NO_TAGS,
            new ExtraCredentials("add", Map.of("t", "c"), "T")),
        mistake(
            "extra-credentials.from",
            NO_ROLES,
            NO_TAGS,
            new ExtraCredentials("add", Map.of("a=", "c"), null)));
  }

  private static Arguments mistake(
      String key, Roles roles, ClientTags tags, ExtraCredentials credentials) {
    return Arguments.of(key, new GrantProperties(roles, tags, credentials));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void namesTheMistake(String key, GrantProperties wrong) {
    assertThatThrownBy(() -> map(wrong, Map.of())).hasMessageStartingWith(key + " ");
  }

  @Test
  void takesReplaceAlone() {
    Grants grants =
        map(
            new GrantProperties(
                new Roles("replace", Map.of()),
                new ClientTags("replace", null, null),
                new ExtraCredentials("replace", Map.of(), null)),
            Map.of());

    assertThat(grants.roles().replaces()).isTrue();
    assertThat(grants.clientTags().replaces()).isTrue();
    assertThat(grants.extraCredentials().replaces()).isTrue();
  }
}
