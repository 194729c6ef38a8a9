package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.StatementClient.Outcome;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A Trino that believes everybody, and whose own rules are those that it comes with: nobody acts as
 * somebody else, where it is told.
 */
@NeedsServers
class OriginalUserIT {

  private static LocalIssuer issuer;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    issuer.close();
  }

  private static Gateway gateway(String originalUser) {
    return ActingUsers.allow(Gateway.inFrontOf(SharedTrino.get().uri()).trust(issuer))
        .with("passgate.clusters.main.original-user", originalUser)
        .start();
  }

  private static Outcome currentUser(Gateway gateway, String user) {
    return new StatementClient(client, gateway.uri())
        .run("select current_user", ActingUsers.headers(issuer, user));
  }

  @Test
  void letsTrinosRulesDecideWhereItIsSent() {
    try (Gateway gateway = gateway("send")) {
      assertThat(currentUser(gateway, "alice").single()).isEqualTo("alice");
      assertThat(currentUser(gateway, "alice--bob").error())
          .contains("User alice cannot impersonate user bob");
    }
  }

  @Test
  void hasTrinoKnowTheOtherUserOnlyWhereItIsOmitted() {
    try (Gateway gateway = gateway("omit")) {
      assertThat(currentUser(gateway, "alice--bob").single()).isEqualTo("bob");
    }
  }
}
