package dev.passgate.protocol;

/** Rewrites the URIs in the headers of Trino's answers. */
public final class ExternalUris {

  private final UriMapping mapping;

  public ExternalUris(UriMapping mapping) {
    this.mapping = mapping;
  }

  /**
   * The value of {@code Location} for the client. A relative reference resolves against what the
   * client asked, so it is right as it is.
   */
  public String location(String value) {
    String mapped = mapping.map(UriField.LOCATION, value);
    return mapped == null ? value : mapped;
  }

  /**
   * The value of {@code WWW-Authenticate} for the client, with every quoted parameter looked at
   * (RFC 9110 section 11.2): {@code x_redirect_server} and {@code x_token_server} of Trino's {@code
   * OAuth2Authenticator}, and whatever else holds a URI of the cluster. The rest stays as it is.
   */
  public String wwwAuthenticate(String value) {
    StringBuilder result = new StringBuilder(value.length());
    int copied = 0;
    for (int open = value.indexOf('"'); open >= 0; ) {
      int close = endOfQuoted(value, open + 1);
      if (close < 0) {
        break;
      }
      String mapped = mapping.map(UriField.CHALLENGE, unquoted(value, open + 1, close));
      if (mapped != null) {
        result.append(value, copied, open + 1);
        appendQuoted(mapped, result);
        copied = close;
      }
      open = value.indexOf('"', close + 1);
    }
    return result.append(value, copied, value.length()).toString();
  }

  private static int endOfQuoted(String value, int from) {
    for (int i = from; i < value.length(); i++) {
      switch (value.charAt(i)) {
        case '"' -> {
          return i;
        }
        case '\\' -> i++;
        default -> {}
      }
    }
    return -1;
  }

  /** RFC 9110 section 5.6.4: a backslash stands before a character that means itself. */
  private static String unquoted(String value, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      if (value.charAt(i) == '\\') {
        i++;
      }
      text.append(value.charAt(i));
    }
    return text.toString();
  }

  private static void appendQuoted(String text, StringBuilder result) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        result.append('\\');
      }
      result.append(c);
    }
  }
}
