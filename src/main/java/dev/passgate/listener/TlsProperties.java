package dev.passgate.listener;

import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.web.server.Ssl.ClientAuth;

/**
 * The HTTPS listener beside the main one.
 *
 * @param port where the HTTPS listener beside the main one listens, 0 for any free port; absent,
 *     there is no such listener
 * @param bundle the name of a Spring SSL bundle ({@code spring.ssl.bundle.*}) with its certificate,
 *     and with a trust store where clients are asked for theirs; required with the port; read again
 *     when its files change if it has reload-on-update
 * @param clientAuth whether clients are asked for a certificate: none, want (they may have none) or
 *     need
 */
@ConfigurationProperties("passgate.tls")
record TlsProperties(
    @Nullable Integer port, @Nullable String bundle, @DefaultValue("none") String clientAuth) {

  private static final Map<String, ClientAuth> CLIENT_AUTH =
      Map.of("none", ClientAuth.NONE, "want", ClientAuth.WANT, "need", ClientAuth.NEED);

  TlsProperties {
    if (!CLIENT_AUTH.containsKey(clientAuth)) {
      throw new InvalidSetting("passgate.tls.client-auth", clientAuth, "none, want or need");
    }
    if (port != null && (port < 0 || port > 65535)) {
      throw new InvalidSetting("passgate.tls.port", port, "a port, 0 to 65535");
    }
    if ((port == null) != (bundle == null || bundle.isBlank())) {
      throw port == null
          ? new InvalidSetting("passgate.tls.port", null, "a port, as there is a bundle")
          : new InvalidSetting(
              "passgate.tls.bundle", null, "the name of an SSL bundle, as there is a port");
    }
    if (port == null && !clientAuth.equals("none")) {
      throw new InvalidSetting(
          "passgate.tls.port", null, "a port, as its clients are asked for certificates");
    }
  }

  /** Whether clients are asked for a certificate, as Spring Boot says it. */
  ClientAuth clientAuthentication() {
    return Objects.requireNonNull(CLIENT_AUTH.get(clientAuth));
  }
}
