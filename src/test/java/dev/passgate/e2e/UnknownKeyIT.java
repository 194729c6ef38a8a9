package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.issuer.Endpoint;
import org.junit.jupiter.api.Test;

/** Strangers cannot make the gateway ask an identity provider more often than it wants to. */
class UnknownKeyIT {

  @Test
  void fetchesKeysAtMostOnceForManyTokensWithKeysThatNobodyKnows() {
    try (GuardedOrigin guarded =
        GuardedOrigin.start(
            settings -> settings.with("passgate.issuers.acme.keys.min-refetch-interval", "10m"))) {
      guarded.reset();
      // The keys are there.
      guarded.assertNothingArrived();
      guarded.reset();
      int before = guarded.issuer().requests(Endpoint.JWKS);

      for (int i = 0; i < 50; i++) {
        String token = guarded.issuer().token("root").header("kid", "unknown-" + i).build();
        RawResponse answer =
            guarded.exchange(
                GuardedOrigin.request("POST", "/v1/statement", "Authorization: Bearer " + token));
        assertThat(answer.status()).isIn(401, 503);
        assertThat(answer.headers("Retry-After").size()).isEqualTo(answer.status() == 503 ? 1 : 0);
      }

      assertThat(guarded.issuer().requests(Endpoint.JWKS)).isLessThanOrEqualTo(before + 1);
      guarded.assertNothingArrived();
    }
  }
}
