package dev.passgate.protocol;

import java.net.Inet6Address;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Scheme, host and port of an {@code http} or {@code https} URI (RFC 6454, RFC 9110 section 4.3.1).
 * Equal where they lead to the same server: scheme and host in any case, the default port written
 * or not, an IPv6 address in any of its forms. Names are not resolved.
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case, an IPv6 address in its brackets
 * @param port always a number, also where it is the default
 */
public record Origin(String scheme, String host, int port) {

  /** RFC 1122, section 3.2.1.3. Four numbers, as a name may begin with them. */
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

  private static final int MAX_HOST_LENGTH = 255;
  private static final int MAX_PORT = 65_535;

  public Origin {
    scheme = scheme.toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("not a scheme of HTTP: " + scheme);
    }
    String normalized = normalizedHost(host);
    if (normalized == null) {
      throw new IllegalArgumentException("not a host: " + host);
    }
    host = normalized;
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /**
   * Reads an origin as people write it, with or without the slash after it.
   *
   * @throws IllegalArgumentException if it is not one, or if there is a path, a query or a user
   */
  public static Origin parse(String text) {
    Located located = locate(text);
    if (located == null || !(located.rest().isEmpty() || located.rest().equals("/"))) {
      throw new IllegalArgumentException("expected http(s)://host[:port], got: " + text);
    }
    return located.origin();
  }

  /**
   * The origin of an absolute URI, or null where it has none that is beyond doubt: with a user, a
   * backslash or anything else in its authority that parsers read in different ways.
   */
  public static @Nullable Origin of(String uri) {
    Located located = locate(uri);
    return located == null ? null : located.origin();
  }

  /** A URI cut in two: its origin, and the path, query and fragment, which may be empty. */
  record Located(Origin origin, String rest) {}

  static @Nullable Located locate(String uri) {
    int colon = uri.indexOf(':');
    if (colon < 0 || !uri.startsWith("://", colon)) {
      return null;
    }
    String scheme = uri.substring(0, colon);
    boolean secure = scheme.equalsIgnoreCase("https");
    if (!secure && !scheme.equalsIgnoreCase("http")) {
      return null;
    }
    int start = colon + 3;
    int end = endOfAuthority(uri, start);
    int endOfHost = endOfHost(uri, start, end);
    int port = port(uri, endOfHost, end, secure ? 443 : 80);
    String host = port < 0 ? null : normalizedHost(uri.substring(start, endOfHost));
    return host == null
        ? null
        : new Located(new Origin(secure ? "https" : "http", host, port), uri.substring(end));
  }

  private static int endOfAuthority(String uri, int start) {
    int end = start;
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static int endOfHost(String uri, int start, int end) {
    int from = uri.startsWith("[", start) ? Math.max(start, uri.lastIndexOf(']', end)) : start;
    int colon = uri.indexOf(':', from);
    return colon < 0 || colon > end ? end : colon;
  }

  /** The port after a host, or -1. It may be empty (RFC 3986 section 3.2.3). */
  private static int port(String uri, int colon, int end, int defaultPort) {
    if (end - colon <= 1) {
      return defaultPort;
    }
    // No longer than ports are: else what a cut URI starts with could be told from it only at its
    // end, see UriMapping.concerns.
    if (end - colon > 6) {
      return -1;
    }
    int port = 0;
    for (int i = colon + 1; i < end; i++) {
      char c = uri.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      port = 10 * port + (c - '0');
    }
    return port < 1 || port > MAX_PORT ? -1 : port;
  }

  private static @Nullable String normalizedHost(String host) {
    if (host.isEmpty() || host.length() > MAX_HOST_LENGTH) {
      return null;
    }
    if (host.startsWith("[")) {
      return normalizedIpv6(host);
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      // The unreserved ones. An underscore is in names of Compose services; java.net.URI takes
      // none.
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "-._~".indexOf(c) < 0) {
        return null;
      }
    }
    return host.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String normalizedIpv6(String host) {
    if (!host.endsWith("]") || host.indexOf('%') >= 0) {
      return null;
    }
    try {
      return "["
          + Inet6Address.ofLiteral(host.substring(1, host.length() - 1)).getHostAddress()
          + "]";
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether it is this machine by an address, or by the name that means it (RFC 6761). */
  public boolean isLoopback() {
    return host.equals("localhost")
        || host.equals("[0:0:0:0:0:0:0:1]")
        || LOOPBACK.matcher(host).matches();
  }

  /** As it stands at the start of a URI: the default port is left out. */
  @Override
  public String toString() {
    boolean standard = port == (scheme.equals("https") ? 443 : 80);
    return scheme + "://" + host + (standard ? "" : ":" + port);
  }
}
