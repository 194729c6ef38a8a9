package dev.passgate.e2e;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.TrinoServer;
import dev.passgate.testing.trino.TrinoSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder.BCryptVersion;

/**
 * A Trino that speaks TLS and lets in nobody without a credential: an account {@code passgate}, a
 * certificate for it, or a token. Its rules let passgate run as anybody, and alice as bob.
 */
final class GuardedTrino implements AutoCloseable {

  static final String PASSWORD = "the account's password";

  private static final String RULES =
      """
      {"impersonation": [
        {"original_user": "passgate", "new_user": ".*"},
        {"original_user": "alice", "new_user": "bob"}
      ]}
      """;

  private final Path folder = TemporaryFolder.create("guarded-trino");
  private final int port = LoopbackPort.free();
  private final SelfSignedCertificate certificate = SelfSignedCertificate.create();
  private final SelfSignedCertificate client = SelfSignedCertificate.createFor("passgate");
  private @Nullable TrinoServer server;

  /** Where it will listen for HTTPS. */
  URI uri() {
    return URI.create("https://localhost:" + port);
  }

  /** Where it listens for HTTP, which its nodes use among each other. */
  URI plainUri() {
    return started().uri();
  }

  /** What it shows. */
  SelfSignedCertificate certificate() {
    return certificate;
  }

  /** By which it knows the account. */
  SelfSignedCertificate clientCertificate() {
    return client;
  }

  /** A client that trusts it and shows nothing. */
  HttpClient http() {
    return HttpClient.newBuilder().sslContext(certificate.clientContext()).build();
  }

  /** A gateway in front of it, with a bundle that trusts it. */
  Gateway.Builder gateway(LocalIssuer issuer) {
    return ActingUsers.allow(Gateway.inFrontOf(uri()).trust(issuer))
        .with("passgate.clusters.main.bundle", "trino")
        .with(
            "spring.ssl.bundle.pem.trino.truststore.certificate",
            certificate.certificatePem().toUri());
  }

  /** A folder for files that go away with it. */
  Path folder() {
    return folder;
  }

  /**
   * Starts it.
   *
   * @param keyFile where it finds the keys of tokens
   */
  GuardedTrino start(String types, String keyFile) {
    Path pem = folder.resolve("trino.pem");
    try {
      Files.writeString(
          pem,
          Files.readString(certificate.privateKeyPem())
              + Files.readString(certificate.certificatePem()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + pem, e);
    }
    TrinoSetup setup =
        TrinoSetup.standard()
            .quickToStart()
            .withProperty("http-server.https.enabled", "true")
            .withProperty("http-server.https.port", String.valueOf(port))
            .withProperty("http-server.https.keystore.path", pem.toString())
            .withProperty("http-server.https.truststore.path", client.certificatePem().toString())
            .withProperty("internal-communication.shared-secret", "a secret of the nodes")
            .withProperty("http-server.authentication.type", types)
            .withProperty("http-server.authentication.allow-insecure-over-http", "false")
            .withProperty("http-server.authentication.jwt.key-file", keyFile)
            .withProperty("http-server.authentication.jwt.required-issuer", "passgate")
            .withProperty("http-server.authentication.jwt.required-audience", "main");
    if (types.contains("CERTIFICATE")) {
      setup =
          setup.withProperty(
              "http-server.authentication.certificate.user-mapping.pattern", "CN=([^,]+).*");
    }
    server =
        TrinoServer.start(
            setup
                .withFile(
                    "password-authenticator.properties",
                    """
                    password-authenticator.name=file
                    file.password-file=etc/password.db
                    """)
                .withFile("password.db", "passgate:" + hash() + "\n")
                .withFile(
                    "access-control.properties",
                    """
                    access-control.name=file
                    security.config-file=etc/rules.json
                    """)
                .withFile("rules.json", RULES));
    return this;
  }

  private static String hash() {
    return new BCryptPasswordEncoder(BCryptVersion.$2Y, 8).encode(PASSWORD);
  }

  /** Trino's protocol spoken to it directly. */
  StatementClient directly(HttpClient client) {
    return new StatementClient(client, uri());
  }

  private TrinoServer started() {
    if (server == null) {
      throw new IllegalStateException("it has not been started");
    }
    return server;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    TemporaryFolder.delete(folder);
  }
}
