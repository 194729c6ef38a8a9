package dev.passgate.testing.tls;

import dev.passgate.testing.TemporaryFolder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate for localhost and 127.0.0.1, or for another name, that vouches for itself.
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
  private static final Duration VALIDITY = Duration.ofDays(30);

  /** Makes one in a folder that goes away with the JVM. */
  public static SelfSignedCertificate create() {
    return createFor(COMMON_NAME);
  }

  /** Makes one for another name, in a folder that goes away with the JVM. */
  public static SelfSignedCertificate createFor(String commonName) {
    Path folder = TemporaryFolder.create("tls");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> TemporaryFolder.delete(folder)));
    return createIn(folder, commonName, Algorithm.ecp256);
  }

  /** Makes one, over an older one if the folder has it. */
  public static SelfSignedCertificate createIn(Path folder) {
    return createIn(folder, COMMON_NAME, Algorithm.ecp256);
  }

  /** Makes one for GnuTLS, which does not read elliptic keys as Java writes them. */
  public static SelfSignedCertificate createRsaIn(Path folder) {
    return createIn(folder, COMMON_NAME, Algorithm.rsa2048);
  }

  private static SelfSignedCertificate createIn(
      Path folder, String commonName, Algorithm algorithm) {
    var made =
        new SelfSignedCertificate(
            folder.resolve("passgate.p12"),
            "changeit",
            folder.resolve("passgate.crt"),
            folder.resolve("passgate.key"));
    X509Bundle contents = selfSigned(commonName, algorithm);
    PrivateKey key = contents.getKeyPair().getPrivate();
    try (OutputStream out = Files.newOutputStream(made.keyStore)) {
      char[] password = made.password.toCharArray();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, key, password, new Certificate[] {contents.getCertificate()});
      store.store(out, password);
      Files.writeString(
          made.certificatePem, pem("CERTIFICATE", contents.getCertificate().getEncoded()));
      Files.writeString(made.privateKeyPem, pem("PRIVATE KEY", key.getEncoded()));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a certificate in " + folder, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a certificate in " + folder, e);
    }
  }

  private static X509Bundle selfSigned(String commonName, Algorithm algorithm) {
    CertificateBuilder builder =
        new CertificateBuilder()
            .algorithm(algorithm)
            .subject("CN=" + commonName)
            .setIsCertificateAuthority(true)
            .notAfter(Instant.now().plus(VALIDITY))
            .addSanDnsName(commonName);
    if (commonName.equals(COMMON_NAME)) {
      builder.addSanIpAddress("127.0.0.1");
    }
    try {
      return builder.buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException("cannot make a certificate for " + commonName, e);
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

  private static String pem(String type, byte @Nullable [] der) {
    if (der == null) {
      throw new IllegalStateException("the key does not let itself be written");
    }
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
