package dev.passgate.listener;

import dev.passgate.setting.InvalidSetting;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The HTTPS listener beside the main one.
 *
 * @param port where it listens, 0 for any free port; absent, there is no such listener
 * @param bundle the name of a Spring SSL bundle ({@code spring.ssl.bundle.*}) with its certificate
 */
@ConfigurationProperties("passgate.tls")
record TlsProperties(@Nullable Integer port, @Nullable String bundle) {

  TlsProperties {
    if (port != null && (port < 0 || port > 65535)) {
      throw new InvalidSetting("passgate.tls.port", port, "a port, 0 to 65535");
    }
    if ((port == null) != (bundle == null || bundle.isBlank())) {
      throw port == null
          ? new InvalidSetting("passgate.tls.port", null, "a port, as there is a bundle")
          : new InvalidSetting(
              "passgate.tls.bundle", null, "the name of an SSL bundle, as there is a port");
    }
  }
}
