package dev.passgate.trace;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.Placeholder;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where spans go.
 *
 * @param endpoint of a collector, for OTLP over HTTP, path included; none makes no spans
 * @param ratio how many of the traces that begin here are kept, from 0 to 1; of those that a client
 *     began, the client has decided
 * @param headers what each request to the collector carries beside, such as a key of its API; the
 *     values are secrets
 */
@ConfigurationProperties("passgate.tracing")
record TracingProperties(
    @Nullable String endpoint,
    @DefaultValue("1") double ratio,
    @DefaultValue Map<String, String> headers) {

  private static final String KEY = "passgate.tracing.";

  /** A token (RFC 9110, section 5.6.2). */
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /** What the JDK's client says by itself, and lets nobody else say. */
  private static final Set<String> CONNECTION =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{1,8192}");

  TracingProperties {
    headers = Map.copyOf(headers);
    headers.forEach(TracingProperties::check);
    if (endpoint == null && !headers.isEmpty()) {
      throw new InvalidSetting(
          KEY + "endpoint", null, "a collector, as passgate.tracing.headers are sent to one");
    }
    if (endpoint != null) {
      uri(endpoint);
    }
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new InvalidSetting(KEY + "ratio", ratio, "a number from 0 to 1");
    }
  }

  /** Null where there is none. */
  @Nullable URI uri() {
    return endpoint == null ? null : uri(endpoint);
  }

  private static void check(String name, String value) {
    String key = KEY + "headers." + name;
    if (!NAME.matcher(name).matches() || CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
      throw new InvalidSetting(
          key, "***", "the name of a header that is not for the connection itself to say");
    }
    Placeholder.refuse(key, value);
    if (!VALUE.matcher(value).matches()) {
      throw new InvalidSetting(key, "***", "printable ASCII characters, 8192 at most");
    }
  }

  /** Without the values of headers. */
  @Override
  public String toString() {
    return "TracingProperties[endpoint="
        + endpoint
        + ", ratio="
        + ratio
        + ", headers="
        + headers.keySet()
        + "]";
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
        KEY + "endpoint", endpoint, "http(s)://host[:port]/path, such as .../v1/traces");
  }
}
