package dev.passgate.protocol;

import java.util.StringJoiner;

/**
 * The cookies by which Trino itself knows a user: {@code Trino-UI-Token} of its login form ({@code
 * FormWebUiAuthenticationFilter}), which asks for no password where Trino trusts its network, and
 * {@code __Secure-Trino-...} of its OAuth2 login ({@code OAuthWebUiCookie}). A client that sent one
 * could be somebody else than its credential says.
 */
public final class TrinoCookies {

  private static final String[] CREDENTIALS = {"Trino-", "__Secure-Trino-", "__Host-Trino-"};

  private TrinoCookies() {}

  /**
   * The value of a {@code Cookie} header (RFC 6265, section 4.2.1) without Trino's own cookies;
   * empty where nothing is left.
   */
  public static String withoutCredentials(String cookies) {
    StringJoiner kept = new StringJoiner("; ");
    for (String pair : cookies.split(";", -1)) {
      String cookie = pair.strip();
      if (!cookie.isEmpty() && !isCredential(cookie)) {
        kept.add(cookie);
      }
    }
    return kept.toString();
  }

  private static boolean isCredential(String cookie) {
    for (String prefix : CREDENTIALS) {
      if (cookie.regionMatches(true, 0, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }
}
