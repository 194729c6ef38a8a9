package dev.passgate.cluster;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Mistakes;
import dev.passgate.setting.PrivateKeys;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** Finds out at the start what connections to a cluster would fail of. */
final class ClusterBundles {

  private final SslBundles bundles;

  ClusterBundles(SslBundles bundles) {
    this.bundles = bundles;
  }

  /**
   * Looks at the bundle of a cluster.
   *
   * @throws InvalidSetting if it is not there or cannot be read, or where it must have a private
   *     key and has none
   */
  void check(String key, ClusterTls tls) {
    if (!bundles.getBundleNames().contains(tls.bundle())) {
      throw new InvalidSetting(
          key,
          tls.bundle(),
          "the name of an SSL bundle under spring.ssl.bundle, which has "
              + bundles.getBundleNames());
    }
    boolean keyed;
    try {
      SslBundle bundle = bundles.getBundle(tls.bundle());
      bundle.getManagers().getTrustManagers();
      bundle.getManagers().getKeyManagers();
      keyed = PrivateKeys.isIn(bundle);
    } catch (RuntimeException e) {
      throw new InvalidSetting(
          key, tls.bundle(), "an SSL bundle that can be read (" + Mistakes.reason(e) + ")");
    }
    if (tls.identifies() && !keyed) {
      throw new InvalidSetting(
          key,
          tls.bundle(),
          "an SSL bundle with a certificate and a private key, as trust is certificate");
    }
  }
}
