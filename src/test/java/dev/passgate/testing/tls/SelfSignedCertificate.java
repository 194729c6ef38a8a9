package dev.passgate.testing.tls;

import dev.passgate.testing.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate for localhost and 127.0.0.1, or for another name, that vouches for itself, made by
 * the JDK's keytool.
 *
 * @param keyStore the key and the certificate, PKCS12
 * @param password of the key store
 * @param certificatePem what clients trust
 * @param privateKeyPem the key, PKCS8
 */
public record SelfSignedCertificate(
    Path keyStore, String password, Path certificatePem, Path privateKeyPem) {

  private static final String ALIAS = "passgate";
  private static final String COMMON_NAME = "localhost";
  private static final List<String> ELLIPTIC = List.of("-keyalg", "EC", "-groupname", "secp256r1");
  private static final int DAYS = 30;

  /** Makes one in a folder that goes away with the JVM. */
  public static SelfSignedCertificate create() {
    return createFor(COMMON_NAME);
  }

  /** Makes one for another name, in a folder that goes away with the JVM. */
  public static SelfSignedCertificate createFor(String commonName) {
    Path folder = TemporaryFolder.create("tls");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> TemporaryFolder.delete(folder)));
    return createIn(folder, commonName, ELLIPTIC);
  }

  /** Makes one, over an older one if the folder has it. */
  public static SelfSignedCertificate createIn(Path folder) {
    return createIn(folder, COMMON_NAME, ELLIPTIC);
  }

  /** Makes one for GnuTLS, which does not read elliptic keys as Java writes them. */
  public static SelfSignedCertificate createRsaIn(Path folder) {
    return createIn(folder, COMMON_NAME, List.of("-keyalg", "RSA", "-keysize", "2048"));
  }

  private static SelfSignedCertificate createIn(
      Path folder, String commonName, List<String> algorithm) {
    var made =
        new SelfSignedCertificate(
            folder.resolve("passgate.p12"),
            "changeit",
            folder.resolve("passgate.crt"),
            folder.resolve("passgate.key"));
    try {
      Files.deleteIfExists(made.keyStore);
      runKeytool(made, commonName, algorithm);
      KeyStore store = made.load();
      X509Certificate certificate = (X509Certificate) store.getCertificate(ALIAS);
      Key key = store.getKey(ALIAS, made.password.toCharArray());
      Files.writeString(made.certificatePem, pem("CERTIFICATE", certificate.getEncoded()));
      Files.writeString(made.privateKeyPem, pem("PRIVATE KEY", key.getEncoded()));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a certificate in " + folder, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a certificate in " + folder, e);
    }
  }

  /** For a server that shows this certificate. */
  public SSLContext serverContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers().getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot use " + keyStore, e);
    }
  }

  /** For a client that trusts this certificate and no other. */
  public SSLContext clientContext() {
    return clientContext(null);
  }

  /** For a client that trusts this certificate and no other, and shows one of its own. */
  public SSLContext clientContext(@Nullable SelfSignedCertificate own) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trustStore());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own == null ? null : own.keyManagers().getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot use " + keyStore, e);
    }
  }

  /** What such a client trusts. */
  KeyStore trustStore() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, load().getCertificate(ALIAS));
      return trusted;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot use " + keyStore, e);
    }
  }

  private KeyManagerFactory keyManagers() throws GeneralSecurityException, IOException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(), password.toCharArray());
    return keys;
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      store.load(in, password.toCharArray());
    }
    return store;
  }

  private static void runKeytool(
      SelfSignedCertificate made, String commonName, List<String> algorithm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.add("-genkeypair");
    command.addAll(algorithm);
    command.addAll(
        List.of(
            "-alias",
            ALIAS,
            "-dname",
            "CN=" + commonName,
            "-ext",
            COMMON_NAME.equals(commonName)
                ? "san=dns:localhost,ip:127.0.0.1"
                : "san=dns:" + commonName,
            "-validity",
            String.valueOf(DAYS),
            "-storetype",
            "PKCS12",
            "-keystore",
            made.keyStore.toString(),
            "-storepass",
            made.password));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      keytool.getOutputStream().close();
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool failed: " + outputOf(keytool));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool runs", e);
    } finally {
      keytool.destroyForcibly();
    }
  }

  private static String outputOf(Process process) throws IOException {
    if (process.isAlive()) {
      return "it does not end";
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String pem(String type, byte @Nullable [] der) {
    if (der == null) {
      throw new IllegalStateException("the key does not let itself be written");
    }
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
