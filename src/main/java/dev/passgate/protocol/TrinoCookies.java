package dev.passgate.protocol;

import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * The cookies by which Trino itself knows a user: {@code Trino-UI-Token} of its login form ({@code
 * FormWebUiAuthenticationFilter}), which asks for no password where Trino trusts its network, and
 * {@code __Secure-Trino-...} of its OAuth2 login ({@code OAuthWebUiCookie}). A client that sent one
 * could be somebody else than its credential says.
 */
public final class TrinoCookies {

  /** What is in the name of each of them. */
  private static final String MARK = "trino-";

  /** The comma of RFC 2109 too, at which Trino's server (Jetty) also cuts. */
  private static final Pattern SEPARATORS = Pattern.compile("[;,]");

  private TrinoCookies() {}

  /**
   * The value of a {@code Cookie} header (RFC 6265, section 4.2.1) without Trino's own cookies and
   * others that are credentials; empty where nothing is left. Each part in which a name of theirs
   * could be read goes, wherever in it and however quoted it stands.
   *
   * @param others names of cookies that are credentials elsewhere
   */
  public static String withoutCredentials(String cookies, Set<String> others) {
    if (!isSuspect(cookies, others)) {
      return cookies;
    }
    StringJoiner kept = new StringJoiner("; ");
    for (String part : SEPARATORS.split(cookies, -1)) {
      if (!part.isBlank() && !isSuspect(part, others)) {
        kept.add(part.strip());
      }
    }
    return kept.toString();
  }

  private static boolean isSuspect(String text, Set<String> others) {
    return text.toLowerCase(Locale.ROOT).contains(MARK) || others.stream().anyMatch(text::contains);
  }
}
