package dev.passgate.proxy;

import dev.passgate.gate.CredentialNames;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.TrinoCookies;
import dev.passgate.protocol.TrinoHeaders;
import java.util.HashSet;
import java.util.Iterator;
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

  private final String[] headers;
  private final Set<String> cookies;

  /**
   * @param credentials the names under which configured credentials travel
   */
  HeaderFirewall(CredentialNames credentials) {
    this.headers = credentials.headers().toArray(String[]::new);
    this.cookies = credentials.cookies();
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

  /**
   * The same for headers of a request without {@code Connection}, which nominates none.
   *
   * @param client the headers as the client sent them; not changed
   * @param forwarded where those go that pass
   */
  void filter(
      io.netty.handler.codec.http.HttpHeaders client,
      io.netty.handler.codec.http.HttpHeaders forwarded) {
    Iterator<Map.Entry<CharSequence, CharSequence>> headers = client.iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      String name = header.getKey().toString();
      if (!TrinoHeaders.isForwardable(name) || isCredential(name)) {
        continue;
      }
      if ("cookie".equalsIgnoreCase(name)) {
        withoutCredentials(List.of(header.getValue().toString()))
            .forEach(value -> forwarded.add(name, value));
      } else {
        forwarded.add(header.getKey(), header.getValue());
      }
    }
  }

  private boolean isCredential(String name) {
    for (String header : headers) {
      if (TrinoHeaders.isLike(name, header)) {
        return true;
      }
    }
    return false;
  }

  private List<String> withoutCredentials(List<String> values) {
    return values.stream()
        .map(value -> TrinoCookies.withoutCredentials(value, cookies))
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
