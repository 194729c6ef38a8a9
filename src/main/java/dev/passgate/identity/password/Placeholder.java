package dev.passgate.identity.password;

/** What stands for the user's name in patterns and filters. */
final class Placeholder {

  static final String TEXT = "{USER}";

  private Placeholder() {}

  /** Takes Trino's way of writing it for ours. */
  static String read(String text) {
    return text.replace("$" + TEXT, TEXT);
  }

  static boolean isIn(String text) {
    return text.contains(TEXT);
  }

  static String fill(String text, String user) {
    return text.replace(TEXT, user);
  }
}
