package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.CertificateAuthority;
import dev.passgate.testing.tls.ClientCertificate;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.TrinoCli;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that prove who they are in the TLS handshake. */
@NeedsServers
class ClientCertificateIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String TRUSTED = "spring.ssl.bundle.pem.test.truststore.certificate";

  private static Path folder;
  private static SelfSignedCertificate server;
  private static CertificateAuthority authority;
  private static ClientCertificate expired;
  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws IOException {
    folder = TemporaryFolder.create("certificates");
    server = SelfSignedCertificate.create();
    authority = CertificateAuthority.create("Acme");
    expired =
        authority.issue(
            builder ->
                builder
                    .subject("CN=eve")
                    .notBefore(Instant.now().minus(Duration.ofDays(2)))
                    .notAfter(Instant.now().minus(Duration.ofDays(1))));
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    // The expired certificate is itself trusted, which spares it Java's look at the dates.
    Path trusted =
        Files.writeString(
            folder.resolve("trusted.crt"), Files.readString(authority.pem()) + expired.pem());
    gateway = asking(origin.uri(), "want", trusted).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    origin.close();
    issuer.close();
    TemporaryFolder.delete(folder);
  }

  @AfterEach
  void reset() {
    origin.reset();
  }

  private static Gateway.Builder asking(URI cluster, String clientAuth, Path trusted) {
    return Gateway.inFrontOf(cluster)
        .trust(issuer)
        .tls(server)
        .with("passgate.tls.client-auth", clientAuth)
        .with(TRUSTED, trusted.toUri())
        .with("passgate.authentication.sources", "bearer,certificate");
  }

  private static RawResponse post(URI uri, SSLContext tls, String token, String... headers) {
    try (RawHttp connection = RawHttp.connect(uri, tls)) {
      return connection.send(Requests.post(token, "select 1", headers)).read();
    }
  }

  private static RawResponse post(SSLContext tls, String token, String... headers) {
    return post(gateway.tlsUri(), tls, token, headers);
  }

  private static void assertUser(String user) {
    assertThat(origin.requests()).isNotEmpty();
    assertThat(origin.requests())
        .allSatisfy(request -> assertThat(request.headers("X-Trino-User")).containsExactly(user));
    origin.reset();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void isTheUserOfTheCertificateWithEveryRequestOfAConnection(String protocol) {
    ClientCertificate alice = authority.issue("CN=alice, O=Acme");
    try (RawHttp connection =
        RawHttp.connect(gateway.tlsUri(), alice.contextFor(server, protocol))) {
      for (int i = 0; i < 3; i++) {
        RawResponse page =
            connection.send(Requests.post("", "select 1", "X-Trino-User: root")).read();
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertUser("alice");
      }
    }
    assertThat(alice.timesShown()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void isTheSameUserAfterASessionWasResumed(String protocol) {
    ClientCertificate alice = authority.issue("CN=alice");
    ClientCertificate bob = authority.issue("CN=bob");
    SSLContext alices = alice.contextFor(server, protocol);
    SSLContext bobs = bob.contextFor(server, protocol);
    for (int i = 0; i < 3; i++) {
      assertThat(post(alices, "").status()).isEqualTo(200);
      assertUser("alice");
      assertThat(post(bobs, "").status()).isEqualTo(200);
      assertUser("bob");
    }
    assertThat(alice.timesShown()).as("the handshakes that were not resumed").isEqualTo(1);
    assertThat(bob.timesShown()).isEqualTo(1);
  }

  @Test
  void letsATokenInWhereThereIsNoCertificate() {
    SSLContext tls = server.clientContext();

    assertThat(post(tls, issuer.token("bob").build()).status()).isEqualTo(200);
    assertUser("bob");
  }

  @Test
  void refusesARequestWithNeither() {
    RawResponse response = post(server.clientContext(), "");

    Requests.assertFailure(response, 401);
    assertThat(response.text()).contains("a client certificate");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void refusesBothAtOnce() {
    try (CapturedLog log = CapturedLog.open()) {
      SSLContext tls = authority.issue("CN=alice").contextFor(server);
      RawResponse response = post(tls, issuer.token("alice").build());

      Requests.assertFailure(response, 401);
      Poll.until(
          "the audit",
          LIMIT,
          () ->
              log.of("passgate.audit").stream()
                  .anyMatch(line -> line.contains("\"AMBIGUOUS_CREDENTIAL\"")));
    }
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void refusesACertificateThatHasExpired() {
    RawResponse response = post(expired.contextFor(server), "");

    Requests.assertFailure(response, 401);
    assertThat(response.text()).contains("expired");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void refusesAConnectionThatOutlivesItsCertificate() {
    ClientCertificate brief =
        authority.issue(
            builder ->
                builder.subject("CN=brief").notAfter(Instant.now().plus(Duration.ofSeconds(8))));
    try (RawHttp connection = RawHttp.connect(gateway.tlsUri(), brief.contextFor(server))) {
      assertThat(connection.send(Requests.post("", "select 1")).read().status()).isEqualTo(200);
      Poll.until(
          "the certificate to expire",
          LIMIT,
          () -> connection.send(Requests.post("", "select 1")).read().status() == 401);
    }
  }

  @Test
  void refusesACertificateThatNamesNoUser() {
    RawResponse response = post(authority.issue("CN=alice+CN=root").contextFor(server), "");

    Requests.assertFailure(response, 403);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void refusesWhatAnotherSitesPageHasABrowserSend() {
    SSLContext tls = authority.issue("CN=alice").contextFor(server);

    assertThat(post(tls, "", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
    assertThat(post(tls, "", "Origin: https://evil.example").status()).isEqualTo(403);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void believesNoHeaderThatTellsOfACertificate() {
    RawResponse response =
        post(
            server.clientContext(),
            "",
            "Client-Cert: :MIIB:",
            "X-Client-Cert: MIIB",
            "X-Forwarded-Client-Cert: Subject=\"CN=alice\"",
            "SSL-Client-S-DN: CN=alice");

    assertThat(response.status()).isEqualTo(401);
    assertThat(origin.requests()).isEmpty();
  }

  private static void assertNoHandshake(URI uri, SSLContext tls) {
    // With TLS 1.3 the client learns of the refusal when it first reads.
    assertThatThrownBy(() -> post(uri, tls, "")).hasMessageMatching("(?s)(cannot|no response).*");
    assertThat(origin.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void failsTheHandshakeWithACertificateOfAnotherAuthority(String protocol) {
    ClientCertificate forged = CertificateAuthority.create("Acme").issue("CN=alice");

    assertNoHandshake(gateway.tlsUri(), forged.contextFor(server, protocol));
  }

  @Test
  void failsTheHandshakeWithACertificateThatHasExpired() {
    ClientCertificate old =
        authority.issue(
            builder ->
                builder.subject("CN=alice").notAfter(Instant.now().minus(Duration.ofMinutes(1))));

    assertNoHandshake(gateway.tlsUri(), old.contextFor(server));
  }

  @Test
  void failsTheHandshakeWithACertificateOfAServer() {
    ClientCertificate other =
        authority.issue(builder -> builder.subject("CN=alice").addExtendedKeyUsageServerAuth());

    assertNoHandshake(gateway.tlsUri(), other.contextFor(server));
  }

  @Test
  void asksForBothWhereCertificatesAreOnlyTheTransports() {
    try (Gateway transport =
        asking(origin.uri(), "need", authority.pem())
            .with("passgate.authentication.sources", "bearer")
            .start()) {
      SSLContext tls = authority.issue("CN=alice").contextFor(server);

      assertNoHandshake(transport.tlsUri(), server.clientContext());
      assertThat(post(transport.tlsUri(), tls, "").status()).isEqualTo(401);
      assertThat(post(transport.tlsUri(), tls, issuer.token("bob").build()).status())
          .isEqualTo(200);
      assertUser("bob");
    }
  }

  @Test
  void readsCertificatesOfTheMainListener() {
    try (Gateway main =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("server.ssl.bundle", "test")
            .with("server.ssl.client-auth", "need")
            .with(
                "spring.ssl.bundle.pem.test.keystore.certificate", server.certificatePem().toUri())
            .with("spring.ssl.bundle.pem.test.keystore.private-key", server.privateKeyPem().toUri())
            .with(TRUSTED, authority.pem().toUri())
            .with("passgate.authentication.sources", "certificate")
            .with("passgate.authentication.certificate.user.claims", "san.email,cn")
            .with("passgate.authentication.certificate.user.pattern", "(.+)@acme[.]example")
            .with("passgate.authentication.certificate.user.template", "$1")
            .start()) {
      ClientCertificate alice =
          authority.issue(
              builder -> builder.subject("CN=root").addSanRfc822Name("alice@acme.example"));

      assertThat(post(main.uri(), alice.contextFor(server), "").status()).isEqualTo(200);
      assertUser("alice");
      assertThat(post(main.uri(), authority.issue("CN=root").contextFor(server), "").status())
          .isEqualTo(403);
      assertNoHandshake(main.uri(), server.clientContext());
    }
  }

  @Test
  void believesAnotherAuthorityAsSoonAsTheBundleDoes() {
    CertificateAuthority before = CertificateAuthority.create("Before");
    CertificateAuthority after = CertificateAuthority.create("After");
    Path trusted = before.writePem(folder.resolve("reloaded.crt"));
    try (Gateway reloading =
        asking(origin.uri(), "need", trusted)
            .with("spring.ssl.bundle.pem.test.reload-on-update", true)
            .with("spring.ssl.bundle.watch.file.quiet-period", "200ms")
            .start()) {
      URI uri = reloading.tlsUri();
      SSLContext old = before.issue("CN=alice").contextFor(server);
      SSLContext young = after.issue("CN=bob").contextFor(server);
      assertThat(post(uri, old, "").status()).isEqualTo(200);
      assertUser("alice");
      assertNoHandshake(uri, young);

      after.writePem(trusted);

      Poll.until(
          "the other authority",
          LIMIT,
          () -> {
            try {
              return post(uri, young, "").status() == 200;
            } catch (RuntimeException _) {
              return false;
            }
          });
      assertUser("bob");
      // Its session, too, is not one to be resumed.
      assertNoHandshake(uri, old);
    }
  }

  @Test
  void letsTrinosClientsInByTheirCertificate() throws SQLException {
    try (Gateway trino = asking(SharedTrino.get().uri(), "need", authority.pem()).start()) {
      ClientCertificate alice = authority.issue("CN=alice, O=Acme");

      try (Connection connection =
              DriverManager.getConnection(
                  JdbcUrl.withCertificate(
                      trino.tlsUri(),
                      server.certificatePem(),
                      alice.keyStore(),
                      ClientCertificate.PASSWORD));
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select current_user")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("alice");
      }
      TrinoCli.Result result =
          TrinoCli.to(trino.tlsUri())
              .trust(server.certificatePem())
              .argument("--keystore-path", alice.keyStore().toString())
              .argument("--keystore-password", ClientCertificate.PASSWORD)
              .argument("--user", "root")
              .execute("select current_user");
      assertThat(result.exitCode()).as(result.errors()).isZero();
      assertThat(result.output().strip()).isEqualTo("\"alice\"");
    }
  }

  private static Arguments wrong(String name, Gateway.Builder builder, String message) {
    return Arguments.argumentSet(name, builder, message);
  }

  static Arguments[] mistakes() {
    return new Arguments[] {
      wrong(
          "no trust store",
          asking(origin.uri(), "want", authority.pem()).without(TRUSTED),
          "passgate.tls.bundle is 'test', expected an SSL bundle with a trust store"),
      wrong(
          "no trust store for the main listener",
          Gateway.inFrontOf(origin.uri())
              .trust(issuer)
              .with("server.ssl.certificate", server.certificatePem().toUri())
              .with("server.ssl.certificate-private-key", server.privateKeyPem().toUri())
              .with("server.ssl.client-auth", "need"),
          "server.ssl.trust-store is not set, expected a trust store"),
      wrong(
          "no trust store for one name of the main listener",
          asking(origin.uri(), "none", authority.pem())
              .with("server.ssl.bundle", "test")
              .with("server.ssl.client-auth", "want")
              .with("server.ssl.server-name-bundles[0].server-name", "acme.example")
              .with("server.ssl.server-name-bundles[0].bundle", "other")
              .with(
                  "spring.ssl.bundle.pem.other.keystore.certificate",
                  server.certificatePem().toUri())
              .with(
                  "spring.ssl.bundle.pem.other.keystore.private-key",
                  server.privateKeyPem().toUri()),
          "server.ssl.server-name-bundles is 'other', expected an SSL bundle with a trust store"),
      wrong(
          "nobody asks",
          asking(origin.uri(), "none", authority.pem()),
          "passgate.authentication.sources is 'certificate', expected a listener that asks"),
      wrong(
          "claim that no certificate has",
          asking(origin.uri(), "want", authority.pem())
              .with("passgate.authentication.certificate.user.claims", "email"),
          "passgate.authentication.certificate.user.claims is '[email]', expected claims of")
    };
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void namesTheMistake(Gateway.Builder mistaken, String message) {
    assertThat(catchThrowable(() -> mistaken.start().close()))
        .rootCause()
        .hasMessageStartingWith(message);
  }
}
