package dev.passgate.command.envoy;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The headers that Envoy's filters set for its routes, which are not what the client says. */
final class HeadersOfFilters {

  private final Set<String> names = new HashSet<>();
  private boolean unknown;

  /** A filter sets this one. */
  void set(@Nullable String name) {
    if (name != null) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
  }

  /** A filter may set others. */
  void setUnknown() {
    unknown = true;
  }

  /** Whether a filter sets a header, or Envoy itself by where a request comes from. */
  boolean isSet(String name) {
    String header = name.toLowerCase(Locale.ROOT);
    return names.contains(header) || header.startsWith("x-envoy-") || header.equals("x-request-id");
  }

  boolean areUnknown() {
    return unknown;
  }
}
