package dev.passgate.testing.tls;

import dev.passgate.testing.TemporaryFolder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A certificate of a client, with its key. */
public final class ClientCertificate {

  /** Of the key stores. */
  public static final String PASSWORD = "changeit";

  private final X509Bundle bundle;
  private final AtomicInteger shown = new AtomicInteger();

  ClientCertificate(X509Bundle bundle) {
    this.bundle = bundle;
  }

  public X509Certificate certificate() {
    return bundle.getCertificate();
  }

  /** The certificate alone, as servers trust it. */
  public String pem() {
    return bundle.getCertificatePEM();
  }

  /** How many handshakes proved possession of the key; one that resumes a session does not. */
  public int timesShown() {
    return shown.get();
  }

  /** Writes a PKCS12 key store, in a folder that goes away with the JVM. */
  public Path keyStore() {
    Path folder = TemporaryFolder.create("client");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> TemporaryFolder.delete(folder)));
    Path file = folder.resolve("client.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "client",
          bundle.getKeyPair().getPrivate(),
          PASSWORD.toCharArray(),
          bundle.getCertificatePath());
      store.store(out, PASSWORD.toCharArray());
      return file;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot write " + file, e);
    }
  }

  /** For a client that has this certificate and trusts a server's. */
  public SSLContext contextFor(SelfSignedCertificate server) {
    return contextFor(server, "TLS");
  }

  /** The same for one version of TLS. */
  public SSLContext contextFor(SelfSignedCertificate server, String protocol) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(server.trustStore());
      SSLContext context = SSLContext.getInstance(protocol);
      context.init(new KeyManager[] {new Eager()}, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot use the certificate", e);
    }
  }

  /** Shows the certificate to every server that asks, whichever authorities it names. */
  private final class Eager extends X509ExtendedKeyManager {

    private static final String ALIAS = "client";

    @Override
    public String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return bundle.getCertificatePath();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      shown.incrementAndGet();
      return bundle.getKeyPair().getPrivate();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
