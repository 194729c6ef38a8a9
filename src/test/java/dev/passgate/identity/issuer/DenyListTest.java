package dev.passgate.identity.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenyListTest {

  private static final long JUNE = Instant.parse("2026-06-01T00:00:00Z").getEpochSecond();

  private static DenyList list(String content) {
    return DenyList.parse(content.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String why(String content, Map<String, Object> claims) {
    return list(content).why(claims);
  }

  @Test
  void refusesTokensById() {
    assertThat(why("{'jti':['x']}", Map.of("jti", "x"))).isEqualTo("the token has been withdrawn");
    assertThat(why("{'jti':['x']}", Map.of("jti", "X"))).isNull();
    assertThat(why("{'jti':['x']}", Map.of())).contains("no jti");
    assertThat(why("{'jti':[]}", Map.of())).isNull();
    assertThatThrownBy(() -> why("{'jti':['7']}", Map.of("jti", 7L)))
        .isInstanceOf(RefusedTokenException.class);
  }

  @Test
  void refusesSubjects() {
    assertThat(why("{'sub':['x','y']}", Map.of("sub", "y"))).isNotNull();
    assertThat(why("{'sub':['x','y']}", Map.of("sub", "z"))).isNull();
    assertThat(why("{'sub':['x']}", Map.of())).contains("no sub");
  }

  @Test
  void refusesWhatWasIssuedBefore() {
    String list = "{'issued-before':'2026-06-01T00:00:00Z'}";

    assertThat(why(list, Map.of("iat", JUNE - 1))).isNotNull();
    assertThat(why(list, Map.of("iat", JUNE))).isNull();
    assertThat(why(list, Map.of("iat", Instant.ofEpochSecond(JUNE - 1)))).isNotNull();
    assertThat(why(list, Map.of())).contains("no iat");
  }

  @Test
  void refusesWhatWasIssuedBeforeToOneSubject() {
    String list = "{'issued-before-by-sub':{'x':'2026-06-01T00:00:00Z'}}";

    assertThat(why(list, Map.of("sub", "x", "iat", JUNE - 1))).isNotNull();
    assertThat(why(list, Map.of("sub", "x", "iat", JUNE))).isNull();
    assertThat(why(list, Map.of("sub", "x"))).contains("no iat");
    assertThat(why(list, Map.of("sub", "y"))).isNull();
    assertThat(why(list, Map.of("iat", JUNE))).contains("no sub");
  }

  @Test
  void takesTheLaterOfTwoTimes() {
    String list =
        "{'issued-before':'2026-01-01T00:00:00Z',"
            + "'issued-before-by-sub':{'x':'2026-06-01T00:00:00Z','y':'2025-01-01T00:00:00Z'}}";
    long may = JUNE - 86_400;
    long last = Instant.parse("2025-06-01T00:00:00Z").getEpochSecond();

    assertThat(why(list, Map.of("sub", "x", "iat", may))).isNotNull();
    assertThat(why(list, Map.of("sub", "y", "iat", may))).isNull();
    assertThat(why(list, Map.of("sub", "y", "iat", last))).isNotNull();
    assertThat(why(list, Map.of("sub", "z", "iat", last))).isNotNull();
  }

  @Test
  void deniesNothingWhereNothingIsListed() {
    assertThat(why("{}", Map.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{'jit':['x']}",
        "{'jti':'x'}",
        "{'jti':[null]}",
        "{'jti':['']}",
        "{'jti':[7]}",
        "{'jti':['x'],'jti':['y']}",
        "{'sub':{}}",
        "{'issued-before':'yesterday'}",
        "{'issued-before':1767225600}",
        "{'issued-before':'2026-01-01'}",
        "{'issued-before-by-sub':{'x':null}}",
        "{'issued-before-by-sub':['x']}",
        "{} {}",
        "{'jti':['x'"
      })
  void refusesFileOfAnotherForm(String content) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> list(content))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
  }
}
