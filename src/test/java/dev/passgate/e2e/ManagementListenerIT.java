package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the listener for operators has TLS: where its own settings say so. */
class ManagementListenerIT {

  private static final String ASK =
      "GET /actuator/health/liveness HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";

  @TempDir private static Path folder;

  private static Gateway.Builder withTls(SelfSignedCertificate certificate) {
    String bundle = "spring.ssl.bundle.pem.test.";
    return Gateway.inFrontOf(URI.create("http://127.0.0.1:1"))
        .trust("acme", "http://127.0.0.1:1/acme")
        .with("server.ssl.bundle", "test")
        .with(bundle + "keystore.certificate", certificate.certificatePem().toUri())
        .with(bundle + "keystore.private-key", certificate.privateKeyPem().toUri())
        .with(bundle + "truststore.certificate", certificate.certificatePem().toUri());
  }

  /** Probes of Kubernetes show no certificate, and Prometheus none that clients have. */
  @Test
  void speaksPlainHttpWhereTheMainListenerAsksForCertificates() {
    SelfSignedCertificate certificate = SelfSignedCertificate.createIn(folder);
    try (Gateway gateway = withTls(certificate).with("server.ssl.client-auth", "need").start()) {
      assertThat(RawHttp.exchange(gateway.managementUri(), ASK).status()).isEqualTo(200);
    }
  }

  @Test
  void speaksTlsWhereItIsToldTo() {
    SelfSignedCertificate certificate = SelfSignedCertificate.createIn(folder);
    try (Gateway gateway =
            withTls(certificate).with("management.server.ssl.bundle", "test").start();
        RawHttp tls = RawHttp.connect(gateway.managementUri(), certificate.clientContext())) {
      RawResponse answer = tls.send(ASK).read();

      assertThat(answer.status()).isEqualTo(200);
      try (RawHttp plain = RawHttp.connect(gateway.managementUri())) {
        assertThat(plain.send(ASK).readToEnd()).doesNotContain("UP");
      }
    }
  }
}
