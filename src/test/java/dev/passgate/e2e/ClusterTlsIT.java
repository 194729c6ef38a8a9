package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** TLS towards a cluster: what the gateway trusts, what it shows, and when. */
@MostlyWaits
class ClusterTlsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Who connected. */
  private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

  private static LocalIssuer issuer;
  private static SelfSignedCertificate shown;
  private static HttpsServer cluster;
  private static HttpClient client;

  /** A cluster that answers with the name of whoever connects. */
  @BeforeAll
  static void start() throws Exception {
    issuer = LocalIssuer.start("acme");
    client = HttpClient.newHttpClient();
    shown = SelfSignedCertificate.create();
    cluster = serve(shown);
  }

  private static HttpsServer serve(SelfSignedCertificate certificate) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(curious(certificate)) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setWantClientAuth(true);
            parameters.setSSLParameters(tls);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          String name = name((HttpsExchange) exchange);
          NAMES.add(name);
          byte[] answer = name.getBytes(StandardCharsets.US_ASCII);
          exchange.getResponseHeaders().add("Content-Type", "text/plain");
          exchange.sendResponseHeaders(200, answer.length);
          try (exchange) {
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
    return server;
  }

  private static String name(HttpsExchange exchange) {
    try {
      return exchange.getSSLSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      return "nobody";
    }
  }

  /** For a server that asks clients for a certificate, and takes any. */
  private static SSLContext curious(SelfSignedCertificate certificate) throws Exception {
    KeyStore store =
        KeyStore.getInstance(certificate.keyStore().toFile(), certificate.password().toCharArray());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, certificate.password().toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        keys.getKeyManagers(),
        new TrustManager[] {
          new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
              return new X509Certificate[0];
            }
          }
        },
        null);
    return context;
  }

  @AfterAll
  static void stop() {
    cluster.stop(0);
    client.close();
    issuer.close();
  }

  private static Gateway.Builder to(HttpsServer server) {
    return Gateway.inFrontOf(URI.create("https://localhost:" + server.getAddress().getPort()))
        .trust(issuer);
  }

  private static Gateway.Builder trusting(Gateway.Builder builder, Path certificate) {
    return builder
        .with("passgate.clusters.main.bundle", "trino")
        .with("spring.ssl.bundle.pem.trino.truststore.certificate", certificate.toUri());
  }

  private static Gateway.Builder showing(Gateway.Builder builder, Path certificate, Path key) {
    return trusting(builder, shown.certificatePem())
        .with("spring.ssl.bundle.pem.trino.keystore.certificate", certificate.toUri())
        .with("spring.ssl.bundle.pem.trino.keystore.private-key", key.toUri());
  }

  private static HttpResponse<String> identified(Gateway gateway)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(gateway.uri().resolve("/v1/query"))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + issuer.token("alice").build())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> anonymous(Gateway gateway)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(gateway.uri().resolve("/v1/info")).timeout(LIMIT).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void trustsWhatTheBundleTrusts() throws Exception {
    try (Gateway gateway = trusting(to(cluster), shown.certificatePem()).start()) {
      assertThat(identified(gateway).statusCode()).isEqualTo(200);
      assertThat(identified(gateway).body()).isEqualTo("nobody");
    }
  }

  @Test
  void trustsNothingElse() throws Exception {
    SelfSignedCertificate other = SelfSignedCertificate.create();
    try (Gateway gateway = trusting(to(cluster), other.certificatePem()).start()) {
      assertThat(identified(gateway).statusCode()).isEqualTo(502);
    }
  }

  @Test
  void trustsWhatTheJvmTrustsWithoutABundle() throws Exception {
    try (Gateway gateway = to(cluster).start()) {
      assertThat(identified(gateway).statusCode()).isEqualTo(502);
    }
  }

  @Test
  void asksForTheNameOfTheUrl() throws Exception {
    SelfSignedCertificate other = SelfSignedCertificate.createFor("elsewhere");
    HttpsServer server = serve(other);
    try (Gateway gateway = trusting(to(server), other.certificatePem()).start()) {
      assertThat(identified(gateway).statusCode()).isEqualTo(502);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void showsItsCertificateForThoseWhoAreKnownOnly() throws Exception {
    SelfSignedCertificate own = SelfSignedCertificate.createFor("passgate");
    try (Gateway gateway =
        showing(to(cluster), own.certificatePem(), own.privateKeyPem())
            .with("passgate.clusters.main.trust", "certificate")
            .start()) {
      assertThat(identified(gateway).body()).isEqualTo("CN=passgate");
      assertThat(anonymous(gateway).body()).isEqualTo("nobody");
      assertThat(identified(gateway).body()).isEqualTo("CN=passgate");
    }
  }

  @Test
  void probesAsNobody() throws Exception {
    SelfSignedCertificate own = SelfSignedCertificate.createFor("passgate");
    NAMES.clear();
    try (Gateway gateway =
        showing(to(cluster), own.certificatePem(), own.privateKeyPem())
            .with("passgate.clusters.main.trust", "certificate")
            .probing()
            .start()) {
      // It is ready only when it has probed.
      assertThat(gateway.context().isActive()).isTrue();
      assertThat(NAMES).containsExactly("nobody");
    }
  }

  @Test
  void showsItAlwaysWhereItNamesNoUser() throws Exception {
    SelfSignedCertificate own = SelfSignedCertificate.createFor("passgate");
    try (Gateway gateway =
        showing(to(cluster), own.certificatePem(), own.privateKeyPem()).start()) {
      assertThat(identified(gateway).body()).isEqualTo("CN=passgate");
      assertThat(anonymous(gateway).body()).isEqualTo("CN=passgate");
    }
  }

  @Test
  void takesANewCertificateWhileItRuns() throws Exception {
    Path folder = TemporaryFolder.create("cluster-tls");
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    SelfSignedCertificate old = SelfSignedCertificate.createFor("old");
    SelfSignedCertificate next = SelfSignedCertificate.createFor("new");
    Files.copy(old.certificatePem(), certificate);
    Files.copy(old.privateKeyPem(), key);
    try (Gateway gateway =
        showing(to(cluster), certificate, key)
            .with("passgate.clusters.main.trust", "certificate")
            .with("spring.ssl.bundle.pem.trino.reload-on-update", true)
            .with("spring.ssl.bundle.watch.file.quiet-period", "100ms")
            .start()) {
      assertThat(identified(gateway).body()).isEqualTo("CN=old");

      Files.writeString(certificate, Files.readString(next.certificatePem()));
      Files.writeString(key, Files.readString(next.privateKeyPem()));

      Poll.until("the new certificate", LIMIT, () -> identified(gateway).body().equals("CN=new"));
    } finally {
      TemporaryFolder.delete(folder);
    }
  }
}
