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

/** The private keys of SSL bundles: without one, each handshake fails, and no start does. */
public final class PrivateKeys {

  private static final String EXPECTED = "a certificate and a private key";

  private PrivateKeys() {}

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
    if (!isNamed(ssl)) {
      throw missing(prefix + ".ssl.", ssl, EXPECTED);
    }
    SslBundle own = WebServerSslBundle.get(ssl, bundles);
    if (!isIn(own)) {
      throw missing(prefix + ".ssl.", ssl, expected(own));
    }
    for (ServerNameSslBundle named : ssl.getServerNameBundles()) {
      SslBundle bundle = bundles.getBundle(named.bundle());
      if (!isIn(bundle)) {
        throw new InvalidSetting(
            prefix + ".ssl.server-name-bundles",
            named.bundle(),
            "an SSL bundle with " + expected(bundle));
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

  private static InvalidSetting missing(String prefix, Ssl ssl, String expected) {
    if (ssl.getBundle() == null && ssl.getKeyStore() != null && ssl.getKeyAlias() != null) {
      return new InvalidSetting(
          prefix + "key-alias", ssl.getKeyAlias(), "the alias of a private key in the key store");
    }
    if (ssl.getBundle() == null && ssl.getKeyStore() != null) {
      return new InvalidSetting(prefix + "key-store", ssl.getKeyStore(), "one with " + expected);
    }
    if (ssl.getBundle() == null && ssl.getCertificate() != null) {
      return new InvalidSetting(
          prefix + "certificate-private-key", null, "the key of the certificate");
    }
    return new InvalidSetting(prefix + "bundle", ssl.getBundle(), "an SSL bundle with " + expected);
  }

  private static String expected(SslBundle bundle) {
    return "a certificate and " + described(bundle);
  }

  /** The private key that a bundle is to have, in the words of a message. */
  public static String described(SslBundle bundle) {
    String alias = bundle.getKey().getAlias();
    return alias == null ? "a private key" : "a private key by the alias '" + alias + "'";
  }

  /** Whether a bundle has a private key: the one that it names, where it names one. */
  public static boolean isIn(SslBundle bundle) {
    KeyStore store = bundle.getStores().getKeyStore();
    if (store == null) {
      return false;
    }
    try {
      String named = bundle.getKey().getAlias();
      for (String alias : Collections.list(store.aliases())) {
        // A key store takes an alias in any letters, and the handshake only its own small ones.
        if ((named == null || named.equals(alias))
            && store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
          return true;
        }
      }
      return false;
    } catch (KeyStoreException e) {
      throw new IllegalStateException("a key store cannot be read", e);
    }
  }
}
