package dev.passgate.listener;

import dev.passgate.protocol.CanonicalPath;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form of the requests that are let in: HTTP/1.1, a usual method, an origin-form target (RFC
 * 9112, section 3.2.1), one {@code Host}, a canonical path. What routes and Trino could read in two
 * ways is refused before either reads it.
 */
public final class RequestForm {

  /**
   * Not CONNECT: the client towards the cluster would take a 200 for the start of a tunnel, and the
   * next request on that connection, which may be anybody's, would get no answer. Not TRACE, which
   * sends back what the gateway added. Nor what nobody knows, {@code get} included.
   */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /**
   * A body on these means nothing (RFC 9110, section 9.3), no client of Trino sends one, and the
   * proxy's client would collect it before it sends anything: a way to hold connections to the
   * cluster and memory without a credential.
   */
  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

  private static final String QUERY_PUNCTUATION = "-_.!~*'();/?:@&=+$,[]";

  private RequestForm() {}

  /**
   * What is wrong with a request, in words for its sender; null where nothing is.
   *
   * @param version as it stands in the request line
   * @param method as it stands in the request line
   * @param target as it stands in the request line
   * @param hosts the values of {@code Host}
   * @param hasBody whether a body is announced
   */
  public static @Nullable String objection(
      String version, String method, String target, List<String> hosts, boolean hasBody) {
    if (!version.equals("HTTP/1.1")) {
      // HTTP/1.0 knows no chunks, in which answers are sent whose length is not known.
      return "the request must be one of HTTP/1.1";
    }
    if (!METHODS.contains(method)) {
      return "the request's method is not one that is served";
    }
    if (hasBody && WITHOUT_BODY.contains(method)) {
      return "a request with this method must have no body";
    }
    if (target.isEmpty() || target.charAt(0) != '/') {
      return "the request target must be a path";
    }
    if (hosts.size() != 1 || ExternalAddress.origin("http", hosts.getFirst()) == null) {
      return "the request must have one valid Host header";
    }
    int end = target.indexOf('?');
    String path = end < 0 ? target : target.substring(0, end);
    if (end >= 0 && !isQuery(target, end + 1)) {
      return "the query holds characters that must be escaped (RFC 3986, section 3.4)";
    }
    return CanonicalPath.isCanonical(path)
        ? null
        : "the path is not canonical (RFC 3986, section 6)";
  }

  /**
   * Whether a query goes on as it is: what {@link java.net.URI} takes in ASCII, escapes that are
   * whole included. A fragment would be cut off, and what is not ASCII escaped.
   */
  private static boolean isQuery(String target, int start) {
    for (int i = start; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '%') {
        if (i + 2 >= target.length()
            || !isHex(target.charAt(i + 1))
            || !isHex(target.charAt(i + 2))) {
          return false;
        }
      } else if (!isAlphanumeric(c) && QUERY_PUNCTUATION.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
  }
}
