package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantedValuesTest {

  private static final Set<String> TAKEN = Set.of("system");
  private static final Map<String, String> ADMIN = Map.of("system", "admin");

  @Test
  void writesRolesAsTrinosClientDoes() {
    assertThat(
            GrantedValues.roles(List.of(), false, Set.of(), Map.of("hive", "a b", "system", "x")))
        .containsExactly("hive=ROLE%7Ba+b%7D", "system=ROLE%7Bx%7D");
  }

  @Test
  void replacesAllThatTheClientSent() {
    List<String> client = List.of("hive=ALL", "system=ROLE%7Broot%7D,tpch=NONE");

    assertThat(GrantedValues.roles(client, true, TAKEN, ADMIN))
        .containsExactly("system=ROLE%7Badmin%7D");
    assertThat(GrantedValues.roles(client, true, TAKEN, Map.of())).isEmpty();
    assertThat(GrantedValues.clientTags(client, true, Set.of())).isEmpty();
  }

  @Test
  void addsToWhatTheClientSent() {
    assertThat(
            GrantedValues.roles(
                List.of("hive=ALL", "tpch=NONE , memory=ROLE%7Ba%7D"), false, TAKEN, ADMIN))
        .containsExactly("system=ROLE%7Badmin%7D", "hive=ALL", "tpch=NONE", "memory=ROLE%7Ba%7D");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system=ALL",
        "SYSTEM=ALL",
        " system =ALL",
        "\u00a0system=ALL",
        "system\u0085=ALL",
        "system\u2003=ALL",
        "\tsystem\t=ALL",
        "system",
        "system=ALL=NONE",
        ",,system=ALL,,",
        "\u017fystem=ALL"
      })
  void dropsWhatTheClientSaysOfATakenName(String hostile) {
    assertThat(GrantedValues.roles(List.of(hostile), false, TAKEN, ADMIN))
        .containsExactly("system=ROLE%7Badmin%7D");
    assertThat(GrantedValues.extraCredentials(List.of(hostile), false, TAKEN, Map.of())).isEmpty();
  }

  @Test
  void encodesWhateverACredentialHolds() {
    assertThat(
            GrantedValues.extraCredentials(
                List.of(), true, Set.of("t"), Map.of("t", "a=b,c\r\nX: y \u00e4")))
        .containsExactly("t=a%3Db%2Cc%0D%0AX%3A+y+%C3%A4");
  }

  @Test
  void joinsTagsInOneValueAsTrinoReadsTheFirstOnly() {
    assertThat(
            GrantedValues.clientTags(List.of(" own , a,,own", "ignored"), false, Set.of("a", "b")))
        .containsExactly("a,b,own");
    assertThat(GrantedValues.clientTags(List.of("x"), true, Set.of("b", "a")))
        .containsExactly("a,b");
    assertThat(GrantedValues.clientTags(List.of(), false, Set.of())).isEmpty();
  }
}
