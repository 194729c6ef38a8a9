package dev.passgate.identity.mapping;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a claim stands: its name, or names joined by dots that descend into nested objects, or a
 * JSON Pointer (RFC 6901), which begins with a slash and can name what stands below a name with
 * dots or slashes in it.
 *
 * <p>A top-level claim whose name is the whole text wins over the descent by dots. Issuers that
 * namespace their claims give them names with dots (RFC 7519, section 4.2), and this way such a
 * name needs no escape and means the same whether or not an object stands beside it. A pointer says
 * exactly one thing, and is not looked up as a name.
 *
 * @param text the path as it is configured
 * @param names the names on the way down, at least one, none of them empty
 */
public record ClaimPath(String text, List<String> names) {

  /** Stands in the place of a value. */
  public enum Missing {
    /** The claim is not there. */
    ABSENT,
    /** The claim would be below something that is not an object. */
    UNREACHABLE
  }

  /** What a path looks like, for complaints about one that does not. */
  public static final String FORM =
      "claim names, names joined by single dots, or JSON Pointers, without blanks, such as"
          + " preferred_username, user.name or /https:~1~1acme.example~1claims/name";

  private static final int MAX_LENGTH = 256;

  public ClaimPath {
    names = List.copyOf(names);
  }

  /**
   * Reads a path as it is configured.
   *
   * @throws IllegalArgumentException where a name is empty, or holds a blank or a control
   *     character, or a pointer has a tilde that escapes nothing
   */
  public static ClaimPath parse(String text) {
    List<String> names =
        isPointer(text)
            ? Arrays.stream(text.substring(1).split("/", -1)).map(ClaimPath::unescaped).toList()
            : List.of(text.split("\\.", -1));
    boolean plain =
        text.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.isWhitespace(c)
                        || Character.isSpaceChar(c));
    if (!plain || text.length() > MAX_LENGTH || names.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("not a path of claim names");
    }
    return new ClaimPath(text, names);
  }

  /** RFC 6901, section 4: first the slashes, so that {@code ~01} is not one of them. */
  private static String unescaped(String token) {
    if (token.matches(".*~(?![01]).*")) {
      throw new IllegalArgumentException("a tilde escapes nothing");
    }
    return token.replace("~1", "/").replace("~0", "~");
  }

  private static boolean isPointer(String text) {
    return text.startsWith("/");
  }

  /**
   * Looks the claim up.
   *
   * @return its value, which may be null as JSON's is; {@link Missing#ABSENT}; or something that is
   *     no string where the way down meets a value that is not an object, so that a claim of an
   *     unexpected shape is refused and does not give way to the next one
   */
  public @Nullable Object find(Map<String, ? extends @Nullable Object> claims) {
    if (!isPointer(text) && claims.containsKey(text)) {
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
