package dev.passgate.gate;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A place where a credential may stand. */
sealed interface Source {

  /** {@code Authorization: Bearer} (RFC 6750, section 2.1). */
  record Bearer() implements Source {}

  /** {@code Authorization: Basic} (RFC 7617). */
  record Basic() implements Source {}

  /** A header whose value is a token. */
  record Header(String name) implements Source {}

  /** A cookie whose value is a token. */
  record Cookie(String name) implements Source {}

  /** The certificate that the client showed in the TLS handshake. */
  record Certificate() implements Source {}

  String BEARER = "bearer";
  String BASIC = "basic";
  String ID_TOKEN = "idtoken";
  String CERTIFICATE = "certificate";
  String HEADER_PREFIX = "header:";
  String COOKIE_PREFIX = "cookie:";

  /** The source that a configured text names, null where there is none of that name. */
  static @Nullable Source parse(String text) {
    return switch (text) {
      case BEARER -> new Bearer();
      case BASIC -> new Basic();
      case CERTIFICATE -> new Certificate();
      case ID_TOKEN -> new Header(ID_TOKEN);
      case String header when header.startsWith(HEADER_PREFIX) ->
          named(header.substring(HEADER_PREFIX.length())) ? header(header) : null;
      case String cookie when cookie.startsWith(COOKIE_PREFIX) ->
          named(cookie.substring(COOKIE_PREFIX.length()))
              ? new Cookie(cookie.substring(COOKIE_PREFIX.length()))
              : null;
      default -> null;
    };
  }

  private static Header header(String text) {
    return new Header(text.substring(HEADER_PREFIX.length()).toLowerCase(Locale.ROOT));
  }

  /** RFC 9110, section 5.6.2: a token, which names of headers and of cookies are. */
  private static boolean named(String name) {
    return name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  }

  /** Its name in metrics and in the audit log. */
  default String label() {
    return switch (this) {
      case Bearer _ -> BEARER;
      case Basic _ -> BASIC;
      case Certificate _ -> CERTIFICATE;
      case Header(String name) when name.equals(ID_TOKEN) -> ID_TOKEN;
      case Header(String name) -> HEADER_PREFIX + name;
      case Cookie(String name) -> COOKIE_PREFIX + name;
    };
  }

  /** Whether a browser adds the credential by itself, to requests of other sites' pages too. */
  default boolean isAmbient() {
    return switch (this) {
      case Bearer _, Header _ -> false;
      case Basic _, Cookie _, Certificate _ -> true;
    };
  }
}
