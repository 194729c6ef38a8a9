package dev.passgate.soak;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An authority that clients trust all the time, and the certificates of a server, one by one. */
final class ServerCertificates {

  private final Path folder;
  private final X509Bundle root;

  ServerCertificates(Path folder) throws Exception {
    this.folder = folder;
    this.root =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=soak authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(authority(), root.getCertificatePEM());
    renew();
  }

  /** What clients trust. */
  Path authority() {
    return folder.resolve("authority.crt");
  }

  /** Certificate and key in one, so that they change in one step. */
  Path server() {
    return folder.resolve("server.pem");
  }

  /** Puts a new certificate, with a new key, in the place of the old one; its serial number. */
  BigInteger renew() throws Exception {
    X509Bundle leaf =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(root);
    Path made = folder.resolve("made.pem");
    Files.writeString(made, leaf.getCertificatePEM() + "\n" + leaf.getPrivateKeyPEM() + "\n");
    Files.move(made, server(), StandardCopyOption.ATOMIC_MOVE);
    return leaf.getCertificate().getSerialNumber();
  }

  /** For a client. */
  SSLContext trust() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", root.getCertificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The serial number of the certificate that a server shows to a client who was never there. */
  BigInteger shownBy(int port) throws GeneralSecurityException, IOException {
    try (SSLSocket socket =
        (SSLSocket) trust().getSocketFactory().createSocket("localhost", port)) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }
}
