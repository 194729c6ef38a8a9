package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.keycloak.KeycloakServer;
import dev.passgate.testing.keycloak.SharedKeycloak;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tokens of a real Keycloak, which it takes back before they expire. */
@NeedsServers
class KeycloakIntrospectionIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void refusesATokenThatWasTakenBack() {
    KeycloakServer keycloak = SharedKeycloak.get();
    // Keycloak tells of a token only those whom it is meant for.
    keycloak.makeClient(Gateway.AUDIENCE, "introspection-secret");
    String key = "passgate.issuers.keycloak.introspection.";
    try (RecordingOrigin origin = RecordingOrigin.start();
        Gateway gateway =
            Gateway.inFrontOf(origin.uri())
                .trust("keycloak", keycloak.issuerUri())
                .with(key + "tokens", "all")
                .with(key + "client-id", Gateway.AUDIENCE)
                .with(key + "client-secret", "introspection-secret")
                .with(key + "cache-ttl", "1s")
                .start()) {
      String taken = keycloak.token("alice", "alice");
      String kept = keycloak.token("alice", "alice");
      Poll.until("Keycloak to be asked", LIMIT, () -> post(gateway, taken).status() == 200);
      assertThat(origin.requests().getLast().headers("X-Trino-User")).containsExactly("alice");

      keycloak.revoke(taken);

      // The gateway's start makes its own log, so this one is opened after it.
      try (CapturedLog log = CapturedLog.open()) {
        Poll.until("the refusal", LIMIT, () -> post(gateway, taken).status() == 401);
        Poll.until(
            "the audit",
            LIMIT,
            () ->
                log.of("passgate.audit").stream()
                    .anyMatch(line -> line.contains("\"INACTIVE_TOKEN\"")));
      }
      assertThat(post(gateway, kept).status()).isEqualTo(200);
    }
  }

  private static RawResponse post(Gateway gateway, String token) {
    return RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1"));
  }
}
