package dev.passgate.trace;

import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where spans go.
 *
 * @param endpoint of a collector, for OTLP over HTTP, path included; none makes no spans
 * @param ratio how many of the traces that begin here are kept, from 0 to 1; of those that a client
 *     began, the client has decided
 */
@ConfigurationProperties("passgate.tracing")
record TracingProperties(@Nullable String endpoint, @DefaultValue("1") double ratio) {

  TracingProperties {
    if (endpoint != null) {
      uri(endpoint);
    }
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new InvalidSetting("passgate.tracing.ratio", ratio, "a number from 0 to 1");
    }
  }

  /** Null where there is none. */
  @Nullable URI uri() {
    return endpoint == null ? null : uri(endpoint);
  }

  private static URI uri(String endpoint) {
    try {
      URI uri = new URI(endpoint);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // told below
    }
    throw new InvalidSetting(
        "passgate.tracing.endpoint", endpoint, "http(s)://host[:port]/path, such as .../v1/traces");
  }
}
