package dev.passgate.protocol;

/**
 * Whether a request's path is written in the one way that every server reads alike.
 *
 * <p>A gateway decides by the path and Trino acts by the path. Where one of them resolves what the
 * other takes literally ({@code /v1/info/../task}, {@code /v1/%73tatement}, {@code /v1;a/task}),
 * the decision is about another path than the action. RFC 3986 section 6.2.2 lists what normalizers
 * may do: the case of escapes, escapes of unreserved characters, dot segments. Instead of
 * normalizing, which would put one more reading into the world, a path that any of them would
 * change is refused; and so is what is known to be read in different ways though it is normal:
 * empty segments, path parameters, backslashes, and escapes that turn into delimiters when they are
 * resolved once more or too early.
 */
public final class CanonicalPath {

  /**
   * {@code pchar} of RFC 3986 without letters, digits, escapes and the semicolon, and the slash.
   */
  private static final String PUNCTUATION = "-._~!$&'()*+,=:@/";

  private CanonicalPath() {}

  /**
   * Whether a raw path, without its query, is canonical. A slash at the end is.
   *
   * @param rawPath as it stands in the request line, not decoded
   */
  public static boolean isCanonical(String rawPath) {
    if (!rawPath.startsWith("/")) {
      return false;
    }
    int segment = 1;
    int i = 1;
    while (i < rawPath.length()) {
      char c = rawPath.charAt(i);
      if (c == '%') {
        int length = lengthOfEscaped(rawPath, i);
        if (length == 0) {
          return false;
        }
        i += length;
        continue;
      }
      if (c == '/') {
        if (i == segment || isDots(rawPath, segment, i)) {
          return false;
        }
        segment = i + 1;
      } else if (!isAlphanumeric(c) && PUNCTUATION.indexOf(c) < 0) {
        return false;
      }
      i++;
    }
    return !isDots(rawPath, segment, i);
  }

  private static boolean isDots(String path, int from, int to) {
    return (to - from == 1 && path.charAt(from) == '.')
        || (to - from == 2 && path.startsWith("..", from));
  }

  /**
   * The length of the escapes that make up one character, or 0 if they should not be there. They
   * must be UTF-8: what accepts the overlong {@code %C0%AF} reads a slash.
   */
  private static int lengthOfEscaped(String path, int at) {
    int first = octet(path, at);
    if (first < 0x80) {
      return first >= 0 && needsEscape((char) first) ? 3 : 0;
    }
    int following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    int codePoint = first & (0x3f >> following);
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    for (int i = 1; i <= following; i++) {
      int next = octet(path, at + 3 * i);
      if (next < 0 || (next & 0xc0) != 0x80) {
        return 0;
      }
      codePoint = codePoint << 6 | (next & 0x3f);
    }
    boolean shortest = codePoint >= (following == 3 ? 0x10000 : following == 2 ? 0x800 : 0x80);
    boolean scalar = Character.isValidCodePoint(codePoint) && !isSurrogate(codePoint);
    return shortest && scalar ? 3 * (1 + following) : 0;
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static int octet(String path, int at) {
    if (at + 3 > path.length() || path.charAt(at) != '%') {
      return -1;
    }
    int high = "0123456789ABCDEF".indexOf(path.charAt(at + 1));
    int low = "0123456789ABCDEF".indexOf(path.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /**
   * Unreserved characters stand for themselves. Controls and the delimiters of a path have no place
   * in it, and {@code %25} is an escape once more for who decodes twice. The other sub-delims may
   * be escaped: clients do it to the {@code =} of a spooled segment's id.
   */
  private static boolean needsEscape(char c) {
    return c > 0x1f && c < 0x7f && !isAlphanumeric(c) && "-._~/\\%;".indexOf(c) < 0;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
