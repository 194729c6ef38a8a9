package dev.passgate.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What the nearest proxy says of the request that it received: the last element of {@code
 * Forwarded} (RFC 7239), or the last entries of {@code X-Forwarded-Proto, -Host, -Port}. Values
 * that are not valid count as absent.
 *
 * <p>A proxy writes one family and may pass on what a client sent of the other. Which one it wrote
 * cannot be told, so where both are there neither is believed.
 */
record Forwarded(@Nullable String proto, @Nullable String host) {

  static Forwarded of(HttpHeaders headers) {
    if (isAmbiguous(headers)) {
      return new Forwarded(null, null);
    }
    String element = last(headers, "Forwarded");
    if (element != null) {
      return new Forwarded(proto(parameter(element, "proto")), host(parameter(element, "host")));
    }
    String proto = proto(last(headers, "X-Forwarded-Proto"));
    String host = host(last(headers, "X-Forwarded-Host"));
    String port = last(headers, "X-Forwarded-Port");
    if (host != null && port != null && host.indexOf(':', host.lastIndexOf(']') + 1) < 0) {
      boolean standard = port.equals("https".equals(proto) ? "443" : "80");
      String withPort = standard ? host : host(host + ":" + port);
      host = withPort == null ? host : withPort;
    }
    return new Forwarded(proto, host);
  }

  /** The addresses on the way, the client's first; what is no address literal stays as it is. */
  static List<String> hops(HttpHeaders headers) {
    List<String> hops = new ArrayList<>();
    if (isAmbiguous(headers)) {
      return hops;
    }
    for (String element : all(headers, "Forwarded")) {
      String node = parameter(element, "for");
      hops.add(node == null ? "" : withoutPort(node));
    }
    if (hops.isEmpty()) {
      for (String entry : all(headers, "X-Forwarded-For")) {
        hops.add(withoutPort(entry));
      }
    }
    return hops;
  }

  private static boolean isAmbiguous(HttpHeaders headers) {
    return headers.containsHeader("Forwarded")
        && (headers.containsHeader("X-Forwarded-For")
            || headers.containsHeader("X-Forwarded-Proto")
            || headers.containsHeader("X-Forwarded-Host")
            || headers.containsHeader("X-Forwarded-Port"));
  }

  private static List<String> all(HttpHeaders headers, String name) {
    List<String> entries = new ArrayList<>();
    for (String value : headers.getOrEmpty(name)) {
      for (String entry : value.split(",", -1)) {
        if (!entry.isBlank()) {
          entries.add(entry.strip());
        }
      }
    }
    return entries;
  }

  private static @Nullable String last(HttpHeaders headers, String name) {
    List<String> entries = all(headers, name);
    return entries.isEmpty() ? null : entries.getLast();
  }

  private static @Nullable String parameter(String element, String name) {
    for (String pair : element.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
        String value = pair.substring(equals + 1).strip();
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
      }
    }
    return null;
  }

  private static String withoutPort(String node) {
    if (node.startsWith("[")) {
      int close = node.indexOf(']');
      return close < 0 ? node : node.substring(1, close);
    }
    int colon = node.indexOf(':');
    return colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
  }

  private static @Nullable String proto(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String proto = value.toLowerCase(Locale.ROOT);
    return proto.equals("http") || proto.equals("https") ? proto : null;
  }

  private static @Nullable String host(@Nullable String value) {
    return value != null && ExternalAddress.origin("http", value) != null ? value : null;
  }
}
