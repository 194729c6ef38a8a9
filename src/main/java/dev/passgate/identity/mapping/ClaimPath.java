package dev.passgate.identity.mapping;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a claim stands: its name, or names joined by dots that descend into nested objects.
 *
 * <p>A top-level claim whose name is the whole text wins over the descent. Issuers that namespace
 * their claims give them names with dots (RFC 7519, section 4.2), and this way such a name needs no
 * escape and means the same whether or not an object stands beside it.
 *
 * @param text the path as it is configured
 * @param names the names on the way down, at least one, none of them empty
 */
record ClaimPath(String text, List<String> names) {

  /** Stands in the place of a value. */
  enum Missing {
    /** The claim is not there. */
    ABSENT,
    /** The claim would be below something that is not an object. */
    UNREACHABLE
  }

  private static final int MAX_LENGTH = 256;

  ClaimPath {
    names = List.copyOf(names);
  }

  /**
   * Reads a path as it is configured.
   *
   * @throws IllegalArgumentException where a name is empty, or holds a blank or a control character
   */
  static ClaimPath parse(String text) {
    List<String> names = List.of(text.split("\\.", -1));
    boolean plain = text.chars().allMatch(c -> c > 0x20 && c != 0x7f);
    if (!plain || text.length() > MAX_LENGTH || names.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("not a path of claim names");
    }
    return new ClaimPath(text, names);
  }

  /**
   * Looks the claim up.
   *
   * @return its value, which may be null as JSON's is; {@link Missing#ABSENT}; or something that is
   *     no string where the way down meets a value that is not an object, so that a claim of an
   *     unexpected shape is refused and does not give way to the next one
   */
  @Nullable Object find(Map<String, ? extends @Nullable Object> claims) {
    if (claims.containsKey(text)) {
      return claims.get(text);
    }
    @Nullable Object value = claims;
    for (String name : names) {
      if (!(value instanceof Map<?, ?> object)) {
        return Missing.UNREACHABLE;
      }
      if (!object.containsKey(name)) {
        return Missing.ABSENT;
      }
      value = object.get(name);
    }
    return value;
  }
}
