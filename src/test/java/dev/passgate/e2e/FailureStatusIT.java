package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawResponse;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A gateway that refuses as Envoy's ext_authz does. */
class FailureStatusIT {

  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() {
    guarded =
        GuardedOrigin.start(
            settings -> settings.with("passgate.authentication.failure-status", 403));
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  static Stream<String> refused() {
    return Stream.of(
        "X-Nothing: at-all",
        "Authorization: Basic cm9vdDo=",
        "Authorization: Bearer x",
        "Authorization: Bearer " + guarded.issuer().token("root").buildUnsigned(),
        "Authorization: Bearer "
            + guarded.issuer().token("root").expiresIn(Duration.ofHours(-1)).build());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void answers403WithoutAChallenge(String line) {
    for (String path : new String[] {"/v1/statement", "/ui/x"}) {
      RawResponse answer = guarded.exchange(GuardedOrigin.request("POST", path, line));

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.headers("WWW-Authenticate")).isEmpty();
      assertThat(answer.body()).isNotBlank().doesNotContain("root");
    }
    guarded.assertNothingArrived();
  }
}
