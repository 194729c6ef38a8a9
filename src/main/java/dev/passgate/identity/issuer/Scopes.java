package dev.passgate.identity.issuer;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scopes of a token: {@code scope} of RFC 8693, section 4.2, a text with spaces between them,
 * and {@code scp} as Microsoft and Okta write it, such a text or a list. What is of another form
 * gives none.
 */
final class Scopes {

  private Scopes() {}

  static Set<String> of(Map<String, ? extends @Nullable Object> claims) {
    Set<String> scopes = new HashSet<>();
    if (claims.get("scope") instanceof String text) {
      scopes.addAll(List.of(text.split(" ", -1)));
    }
    if (claims.get("scp") instanceof String text) {
      scopes.addAll(List.of(text.split(" ", -1)));
    }
    if (claims.get("scp") instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof String text) {
          scopes.add(text);
        }
      }
    }
    return scopes;
  }
}
