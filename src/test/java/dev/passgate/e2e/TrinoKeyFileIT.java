package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Background;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.StatementClient;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A Trino that has the gateway's public key in a file, and asks nobody for it. */
class TrinoKeyFileIT {

  private static final String WHO = "select current_user";

  @Test
  void takesTokensOfTheKeyInItsFileAlone() throws Exception {
    KeyPair known = SigningKeyPems.rsa();
    try (LocalIssuer issuer = LocalIssuer.start("acme");
        GuardedTrino trino = new GuardedTrino();
        HttpClient client = HttpClient.newHttpClient()) {
      Path publicKey =
          Files.writeString(
              trino.folder().resolve("passgate.pub"), SigningKeyPems.publicKey(known));
      Path keys =
          Files.writeString(trino.folder().resolve("keys.pem"), SigningKeyPems.privateKey(known));
      CompletableFuture<GuardedTrino> started =
          Background.begin(() -> trino.start("JWT", publicKey.toString()));
      Gateway.Builder builder = trino.gateway(issuer).with("passgate.clusters.main.trust", "jwt");
      // The stranger has a key of its own for this run, which Trino does not know.
      try (Gateway stranger = builder.start();
          Gateway gateway = builder.with("passgate.trino-keys.file", keys).start()) {
        started.join();
        Map<String, String> alice =
            Map.of("Authorization", "Bearer " + issuer.token("alice").build());

        assertThat(new StatementClient(client, gateway.uri()).run(WHO, alice).single())
            .isEqualTo("alice");
        assertThat(new StatementClient(client, stranger.uri()).run(WHO, alice).status())
            .isEqualTo(401);
      }
    }
  }
}
