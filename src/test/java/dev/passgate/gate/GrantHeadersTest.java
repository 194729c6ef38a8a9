package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Grants;
import dev.passgate.identity.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantHeadersTest {

  private static final Grants GRANTS =
      new Grants(
          new Grants.Part(true, Set.of("system"), Map.of("system", "admin")),
          new Grants.Part(false, Set.of(), Map.of("a", "")),
          new Grants.Part(false, Set.of("s3", "token"), Map.of("s3", "key")),
          Set.of("token"));

  private static List<String> client(String header) {
    return switch (header) {
      case "X-Trino-Role" -> List.of("system=ALL");
      case "X-Trino-Client-Tags" -> List.of("own");
      default -> List.of("token=mine", "other=x");
    };
  }

  @Test
  void saysWhatGoesOnInEachHeader() {
    assertThat(GrantHeaders.of(GRANTS, "a.b.c", GrantHeadersTest::client))
        .isEqualTo(
            Map.of(
                "X-Trino-Role", List.of("system=ROLE%7Badmin%7D"),
                "X-Trino-Client-Tags", List.of("a,own"),
                "X-Trino-Extra-Credential", List.of("s3=key", "token=a.b.c", "other=x")));
  }

  @Test
  void leavesTheTokensNameToNobodyWhereThereIsNone() {
    assertThat(GrantHeaders.of(GRANTS, null, GrantHeadersTest::client))
        .containsEntry("X-Trino-Extra-Credential", List.of("s3=key", "other=x"));
  }

  @Test
  void leavesEverythingToTheClientWhereNothingIsSaid() {
    assertThat(GrantHeaders.of(Grants.NONE, "a.b.c", GrantHeadersTest::client)).isEmpty();
  }

  @Test
  void sendsNoRoleForSomebodyElse() {
    Grants acting =
        new Identity("acme", "svc", null, "s", Instant.MAX, Set.of(), GRANTS)
            .actingAs("bob")
            .grants();

    assertThat(GrantHeaders.of(acting, "a.b.c", GrantHeadersTest::client))
        .containsEntry("X-Trino-Role", List.of())
        .containsEntry("X-Trino-Client-Tags", List.of("a,own"));
  }
}
