package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptClaimsTest {

  private static KeptClaims asking(String path, String... values) {
    return new KeptClaims(Map.of(ClaimPath.parse(path), Set.of(values)));
  }

  @Test
  void keepsNothingThatNobodyAsksFor() {
    assertThat(KeptClaims.NONE.of(Map.of("a", "x"))).isEmpty();
    assertThat(asking("a", "x").of(Map.of("a", "y", "b", "x"))).isEmpty();
  }

  @Test
  void keepsOfAListWhatIsAskedForOnce() {
    assertThat(asking("a.b", "x", "7").of(Map.of("a", Map.of("b", List.of("y", "x", 7, "x")))))
        .isEqualTo(Map.of("a.b", List.of("x", "7")));
  }

  @Test
  void comparesNumbersTruthsAndTimesAsTheyAreWritten() {
    KeptClaims kept = asking("a", "true", "1.5", "60");

    assertThat(kept.of(Map.of("a", true))).containsEntry("a", List.of("true"));
    assertThat(kept.of(Map.of("a", 1.5))).containsEntry("a", List.of("1.5"));
    assertThat(kept.of(Map.of("a", Instant.ofEpochSecond(60)))).containsEntry("a", List.of("60"));
  }

  @Test
  void passesOverWhatIsNoValue() {
    Map<String, Object> claims = new HashMap<>();
    claims.put("a", Arrays.asList(null, List.of("x"), Map.of("x", "x")));
    assertThat(asking("a", "x", "null").of(claims)).isEmpty();
    assertThat(asking("a", "x").of(Collections.singletonMap("a", null))).isEmpty();
    assertThat(asking("a.b", "x").of(Map.of("a", "x"))).isEmpty();
  }

  @Test
  void joinsWhatSeveralAskFor() {
    KeptClaims all =
        KeptClaims.of(
            List.of(() -> asking("a", "x"), () -> asking("a", "y"), () -> asking("b", "z")));

    assertThat(all.asked().get(ClaimPath.parse("a"))).containsExactlyInAnyOrder("x", "y");
    assertThat(all.asked()).hasSize(2);
  }
}
