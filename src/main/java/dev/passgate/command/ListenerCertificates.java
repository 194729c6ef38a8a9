package dev.passgate.command;

import dev.passgate.setting.PrivateKeys;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.core.env.Environment;

/** The certificates of Spring Boot's own listeners, which no bean reads before they start. */
final class ListenerCertificates {

  private ListenerCertificates() {}

  /**
   * Reads those of a listener, if it has TLS, and fails as its start would.
   *
   * @param prefix {@code server} or {@code management.server}
   */
  static void check(String prefix, Environment environment, SslBundles bundles) {
    Ssl tls = Binder.get(environment).bind(prefix + ".ssl", Ssl.class).orElse(null);
    PrivateKeys.require(prefix, tls, bundles);
    if (tls != null && Ssl.isEnabled(tls)) {
      var _ = WebServerSslBundle.get(tls, bundles).createSslContext();
      tls.getServerNameBundles()
          .forEach(each -> bundles.getBundle(each.bundle()).createSslContext());
    }
  }
}
