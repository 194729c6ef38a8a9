package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.keycloak.KeycloakServer;
import dev.passgate.testing.keycloak.SharedKeycloak;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The three ways in which callers without Trino's own clients have always come: a token in the
 * {@code idtoken} header, {@code curl -u}, and a service's bearer token. With a real Keycloak, a
 * password file that htpasswd wrote, and queries on a real Trino.
 */
@NeedsServers
class CallersIT {

  private static final String PASSWORD = "correct horse";

  /** {@code htpasswd -nbB -C 8}. */
  private static final String CAROL =
      "carol:$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi\n";

  private static KeycloakServer keycloak;
  private static Path folder;
  private static Gateway gateway;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException {
    keycloak = SharedKeycloak.get();
    folder = TemporaryFolder.create("callers");
    Path passwords = Files.writeString(folder.resolve("passwords"), CAROL);
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust("keycloak", keycloak.issuerUri())
            .with("passgate.authentication.basic.file.path", passwords)
            .with("passgate.authentication.basic.tokens", "true")
            .start();
    client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    TemporaryFolder.delete(folder);
  }

  private static StatementClient.Outcome currentUser(String header, String value) {
    return new StatementClient(client, gateway.uri())
        .run("select current_user", Map.of(header, value, "X-Trino-User", "root"));
  }

  /** What curl -u sends. */
  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tokenInTheIdTokenHeaderIsItsPerson() {
    assertThat(currentUser("idtoken", keycloak.token("alice", "alice")).single())
        .isEqualTo("alice");
  }

  @Test
  void userAndPasswordAreThatUser() {
    assertThat(currentUser("Authorization", basic("carol", PASSWORD)).single()).isEqualTo("carol");
    assertThat(currentUser("Authorization", basic("carol", "wrong")).status()).isEqualTo(401);
    assertThat(currentUser("Authorization", basic("alice", PASSWORD)).status()).isEqualTo(401);
  }

  @Test
  void clientCredentialsBearerIsTheServiceAccount() {
    assertThat(currentUser("Authorization", "Bearer " + keycloak.token()).single())
        .isEqualTo("service-account-passgate-cli");
  }

  @Test
  void tokenInPlaceOfThePasswordIsItsPerson() {
    String token = keycloak.token("alice", "alice");
    assertThat(currentUser("Authorization", basic("alice", token)).single()).isEqualTo("alice");
    assertThat(currentUser("Authorization", basic("", token)).single()).isEqualTo("alice");
    assertThat(currentUser("Authorization", basic("carol", token)).status()).isEqualTo(401);
  }
}
