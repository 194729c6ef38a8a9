package dev.passgate.identity;

/**
 * What may stand in {@code X-Trino-User}. Trino takes the first of several values and its own
 * principal for a blank one, and a header carries nothing but ASCII faithfully, so everything else
 * could make one user of two, or somebody of nobody.
 */
public final class TrinoUserName {

  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 256;

  private TrinoUserName() {}

  /** Whether a name is one to send: visible ASCII with inner spaces, no comma, not blank. */
  public static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return false;
    }
    if (name.charAt(0) == ' ' || name.charAt(name.length() - 1) == ' ') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < 0x20 || c > 0x7e || c == ',') {
        return false;
      }
    }
    return true;
  }

  static void check(String name) {
    if (!isValid(name)) {
      throw new IllegalArgumentException("not a name for X-Trino-User");
    }
  }
}
