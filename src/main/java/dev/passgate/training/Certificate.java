package dev.passgate.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate for localhost, for the length of a run.
 *
 * @param file the key store, PKCS12
 * @param password of the key store
 */
record Certificate(Path file, String password) {

  private static final int LIMIT_SECONDS = 60;

  /** Makes one with the JDK's keytool, which the libraries of the gateway have nothing for. */
  static Certificate create(Path folder) throws IOException, InterruptedException {
    Certificate certificate =
        new Certificate(folder.resolve("tls.p12"), UUID.randomUUID().toString());
    // The password goes by the environment: everybody on a machine can read arguments.
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "training",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                certificate.file.toString(),
                "-storepass:env",
                "TRAINING_PASSWORD")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile());
    builder.environment().put("TRAINING_PASSWORD", certificate.password);
    Process keytool = builder.start();
    if (!keytool.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      keytool.destroyForcibly();
      throw new TrainingException("keytool does not end");
    }
    if (keytool.exitValue() != 0) {
      throw new TrainingException(
          "keytool failed: " + Files.readString(folder.resolve("keytool.log")));
    }
    return certificate;
  }

  /** What trusts it, and nothing else. */
  SSLContext trusting() throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      own.load(in, password.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("training", own.getCertificate("training"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Override
  public String toString() {
    return "Certificate[" + file + "]";
  }
}
