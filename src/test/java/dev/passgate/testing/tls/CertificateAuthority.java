package dev.passgate.testing.tls;

import dev.passgate.testing.TemporaryFolder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** An authority that issues certificates to clients, and exists for one test. */
public final class CertificateAuthority {

  private final X509Bundle root;

  private CertificateAuthority(X509Bundle root) {
    this.root = root;
  }

  /** Makes one. */
  public static CertificateAuthority create(String name) {
    try {
      return new CertificateAuthority(
          new CertificateBuilder()
              .ecp256()
              .subject("CN=" + name)
              .setIsCertificateAuthority(true)
              .buildSelfSigned());
    } catch (Exception e) {
      throw new IllegalStateException("cannot make the authority " + name, e);
    }
  }

  /** Issues a certificate as clients have them. */
  public ClientCertificate issue(String subject) {
    return issue(builder -> builder.subject(subject).addExtendedKeyUsageClientAuth());
  }

  /** Issues a certificate that says whatever the test wants it to. */
  public ClientCertificate issue(UnaryOperator<CertificateBuilder> contents) {
    try {
      return new ClientCertificate(
          contents.apply(new CertificateBuilder().ecp256()).buildIssuedBy(root));
    } catch (Exception e) {
      throw new IllegalStateException("cannot issue a certificate", e);
    }
  }

  /** Writes what servers trust, in a folder that goes away with the JVM. */
  public Path pem() {
    Path folder = TemporaryFolder.create("authority");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> TemporaryFolder.delete(folder)));
    return writePem(folder.resolve("authority.crt"));
  }

  /** Writes what servers trust, over what the file had before. */
  public Path writePem(Path file) {
    try {
      return Files.writeString(file, root.getCertificatePEM());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
