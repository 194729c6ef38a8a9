package dev.passgate.setting;

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.Ssl.ServerNameSslBundle;
import org.springframework.boot.web.server.WebServerSslBundle;

/** The private keys of Spring Boot's listeners: without one, each handshake fails, and no start. */
public final class ListenerKeys {

  private static final String EXPECTED = "a certificate and a private key";

  private ListenerKeys() {}

  /**
   * Looks for those of a listener that has TLS.
   *
   * @param prefix {@code server} or {@code management.server}
   * @throws InvalidSetting if there is none
   */
  public static void require(String prefix, @Nullable Ssl ssl, SslBundles bundles) {
    if (ssl == null || !ssl.isEnabled()) {
      return;
    }
    if (!isNamed(ssl) || !isIn(WebServerSslBundle.get(ssl, bundles))) {
      throw missing(prefix + ".ssl.", ssl);
    }
    for (ServerNameSslBundle named : ssl.getServerNameBundles()) {
      if (!isIn(bundles.getBundle(named.bundle()))) {
        throw new InvalidSetting(
            prefix + ".ssl.server-name-bundles", named.bundle(), "an SSL bundle with " + EXPECTED);
      }
    }
  }

  /** Whether there is anything that may have a key; Spring Boot's message names no setting. */
  private static boolean isNamed(Ssl ssl) {
    return ssl.getBundle() != null
        || ssl.getKeyStore() != null
        || "PKCS11".equalsIgnoreCase(ssl.getKeyStoreType())
        || (ssl.getCertificate() != null && ssl.getCertificatePrivateKey() != null);
  }

  private static InvalidSetting missing(String prefix, Ssl ssl) {
    if (ssl.getBundle() == null && ssl.getKeyStore() != null) {
      return new InvalidSetting(prefix + "key-store", ssl.getKeyStore(), "one with " + EXPECTED);
    }
    if (ssl.getBundle() == null && ssl.getCertificate() != null) {
      return new InvalidSetting(
          prefix + "certificate-private-key", null, "the key of the certificate");
    }
    return new InvalidSetting(prefix + "bundle", ssl.getBundle(), "an SSL bundle with " + EXPECTED);
  }

  /** Whether a bundle has a private key. */
  public static boolean isIn(SslBundle bundle) {
    KeyStore store = bundle.getStores().getKeyStore();
    if (store == null) {
      return false;
    }
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
          return true;
        }
      }
      return false;
    } catch (KeyStoreException e) {
      throw new IllegalStateException("a key store cannot be read", e);
    }
  }
}
