package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.StatementClient;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
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
      trino.start("JWT", publicKey.toString());
      Map<String, String> alice =
          Map.of("Authorization", "Bearer " + issuer.token("alice").build());

      try (Gateway gateway =
          trino
              .gateway(issuer)
              .with("passgate.clusters.main.trust", "jwt")
              .with("passgate.trino-keys.file", keys)
              .start()) {
        assertThat(new StatementClient(client, gateway.uri()).run(WHO, alice).single())
            .isEqualTo("alice");
      }
      // With a key of its own for this run, which Trino does not know.
      try (Gateway gateway =
          trino.gateway(issuer).with("passgate.clusters.main.trust", "jwt").start()) {
        assertThat(new StatementClient(client, gateway.uri()).run(WHO, alice).status())
            .isEqualTo(401);
      }
    }
  }
}
