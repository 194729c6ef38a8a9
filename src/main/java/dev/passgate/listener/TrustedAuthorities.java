package dev.passgate.listener;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Mistakes;
import java.util.Arrays;
import javax.net.ssl.X509TrustManager;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.Ssl.ServerNameSslBundle;

/**
 * Sees to it that a listener that asks for certificates is told whose. Java's answer to a trust
 * store that is not there is every authority that browsers know, each of which issues certificates
 * to anybody.
 */
final class TrustedAuthorities {

  private static final String EXPECTED =
      "a trust store with the authorities that issue clients' certificates, as clients are asked"
          + " for them";

  private TrustedAuthorities() {}

  /**
   * @throws InvalidSetting if a bundle has no trust store that can be used
   */
  static void require(String key, String name, SslBundle bundle) {
    String reason;
    try {
      if (bundle.getStores().getTrustStore() == null) {
        reason = "it has no trust store";
      } else if (hasAuthority(bundle)) {
        return;
      } else {
        reason = "its trust store is empty";
      }
    } catch (RuntimeException e) {
      reason = Mistakes.reason(e);
    }
    throw new InvalidSetting(key, name, "an SSL bundle with " + EXPECTED + " (" + reason + ")");
  }

  /**
   * The same for a listener of Spring Boot's, whose stores may also be configured beside it; it
   * reads those.
   *
   * @param prefix {@code server} or {@code management.server}
   * @throws InvalidSetting if it has no trust store
   */
  static void require(String prefix, Ssl ssl, SslBundles bundles) {
    for (ServerNameSslBundle named : ssl.getServerNameBundles()) {
      requireIfThere(prefix + ".ssl.server-name-bundles", named.bundle(), bundles);
    }
    if (ssl.getBundle() != null) {
      requireIfThere(prefix + ".ssl.bundle", ssl.getBundle(), bundles);
    } else if (ssl.getTrustStore() == null && ssl.getTrustCertificate() == null) {
      throw new InvalidSetting(prefix + ".ssl.trust-store", null, EXPECTED);
    }
  }

  /** A bundle that is not there is Spring Boot's to complain about. */
  private static void requireIfThere(String key, String name, SslBundles bundles) {
    if (bundles.getBundleNames().contains(name)) {
      require(key, name, bundles.getBundle(name));
    }
  }

  private static boolean hasAuthority(SslBundle bundle) {
    return Arrays.stream(bundle.getManagers().getTrustManagers())
        .anyMatch(
            manager ->
                manager instanceof X509TrustManager trust && trust.getAcceptedIssuers().length > 0);
  }
}
