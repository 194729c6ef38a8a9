package dev.passgate.identity.issuer;

import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which URIs name an issuer or one of its endpoints. */
final class Uris {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private Uris() {}

  /**
   * An issuer identifier (RFC 8414, section 2): neither query nor fragment.
   *
   * @throws InvalidSetting where it is none
   */
  static URI issuer(String key, String value) {
    URI uri = parse(value);
    if (uri == null || uri.getRawQuery() != null) {
      throw new InvalidSetting(
          key,
          value,
          "an absolute https or http URI without user, query or fragment, written exactly as in"
              + " the iss claim");
    }
    return uri;
  }

  /**
   * The URI of an endpoint.
   *
   * @return null where there is no value
   * @throws InvalidSetting where the value is none
   */
  static @Nullable URI endpoint(String key, @Nullable String value) {
    if (value == null) {
      return null;
    }
    URI uri = parse(value);
    if (uri == null) {
      throw new InvalidSetting(
          key, value, "an absolute https or http URI without user or fragment");
    }
    return uri;
  }

  /** The URI, or null where it is not absolute, not http or https, or names a user or fragment. */
  static @Nullable URI parse(String value) {
    try {
      URI uri = new URI(value);
      boolean usable =
          uri.getHost() != null
              && (isHttps(uri) || "http".equals(scheme(uri)))
              && uri.getRawUserInfo() == null
              && uri.getRawFragment() == null;
      return usable ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  static boolean isHttps(URI uri) {
    return "https".equals(scheme(uri));
  }

  /** Whether others on the way can read and change what is fetched from there. */
  static boolean isExposed(URI uri) {
    return !isHttps(uri) && !LOOPBACK.contains(uri.getHost());
  }

  private static String scheme(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
  }
}
