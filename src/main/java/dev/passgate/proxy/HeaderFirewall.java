package dev.passgate.proxy;

import dev.passgate.gate.CredentialNames;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.TrinoCookies;
import dev.passgate.protocol.TrinoHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What of a client's headers reaches Trino. Nothing that could make its sender somebody else, no
 * credential, and nothing that {@code Connection} names (RFC 9110, section 7.6.1), which would
 * otherwise be a way to have the gateway's own headers dropped further on.
 */
final class HeaderFirewall {

  private final CredentialNames credentials;

  /**
   * @param credentials the names under which configured credentials travel
   */
  HeaderFirewall(CredentialNames credentials) {
    this.credentials = credentials;
  }

  /**
   * @param client the headers as the client sent them; not changed
   * @param identity who sent them, or null on a public route, where no user is named at all
   */
  HttpHeaders filter(HttpHeaders client, @Nullable Identity identity) {
    Set<String> nominated = nominated(client.get(HttpHeaders.CONNECTION));
    HttpHeaders forwarded = new HttpHeaders();
    // Not forEach: of a name in several casings it tells all values once for each of them.
    for (Map.Entry<String, List<String>> header : client.headerSet()) {
      String name = header.getKey();
      List<String> values = header.getValue();
      if (TrinoHeaders.isForwardable(name)
          && !isCredential(name)
          && (nominated.isEmpty() || !nominated.contains(name.toLowerCase(Locale.ROOT)))) {
        forwarded.addAll(
            name, "cookie".equalsIgnoreCase(name) ? withoutCredentials(values) : values);
      }
    }
    if (identity != null) {
      forwarded.set(TrinoHeaders.USER, identity.user());
    }
    return forwarded;
  }

  /** Also where {@code _} or {@code .} stands for {@code -}, as for other names of the kind. */
  private boolean isCredential(String name) {
    if (credentials.headers().isEmpty()) {
      return false;
    }
    String folded = name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    return credentials.headers().stream()
        .anyMatch(header -> header.replace('_', '-').replace('.', '-').equals(folded));
  }

  private List<String> withoutCredentials(List<String> cookies) {
    return cookies.stream()
        .map(value -> TrinoCookies.withoutCredentials(value, credentials.cookies()))
        .filter(cookie -> !cookie.isEmpty())
        .toList();
  }

  private static Set<String> nominated(@Nullable List<String> connection) {
    if (connection == null) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : connection) {
      for (String name : value.split(",", -1)) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
