package dev.passgate.gate;

import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpHeaders;

/** The cookies of a request (RFC 6265, section 4.2). */
final class RequestCookies {

  private RequestCookies() {}

  /**
   * The values of the cookies of exactly one name, in order, quotes around a value taken off.
   * Browsers may send several, for several paths or domains.
   */
  static List<String> values(HttpHeaders headers, String name) {
    List<String> values = new ArrayList<>();
    for (String header : headers.getOrEmpty(HttpHeaders.COOKIE)) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          values.add(unquoted(pair.substring(equals + 1).strip()));
        }
      }
    }
    return values;
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
