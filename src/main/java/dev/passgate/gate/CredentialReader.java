package dev.passgate.gate;

import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import java.util.List;
import org.springframework.http.HttpHeaders;

/**
 * Finds the credential of a request in its {@code Authorization} header (RFC 6750, section 2.1).
 */
final class CredentialReader {

  private static final String SCHEME = "Bearer";

  private CredentialReader() {}

  static Credential read(HttpHeaders headers) {
    List<String> values = headers.get(HttpHeaders.AUTHORIZATION);
    if (values == null || values.isEmpty()) {
      return none(Reason.NO_CREDENTIAL, "a token is needed: send Authorization: Bearer <token>");
    }
    if (values.size() > 1) {
      return none(
          Reason.AMBIGUOUS_CREDENTIAL, "more than one Authorization header: send exactly one");
    }
    String value = values.getFirst();
    int end = value.indexOf(' ');
    if (!SCHEME.equalsIgnoreCase(end < 0 ? value : value.substring(0, end))) {
      return none(
          Reason.UNSUPPORTED_SCHEME,
          "this kind of Authorization is not accepted: send Authorization: Bearer <token>");
    }
    int start = SCHEME.length();
    while (start < value.length() && value.charAt(start) == ' ') {
      start++;
    }
    String token = value.substring(start);
    return isToken(token)
        ? new Credential.Bearer(token)
        : none(Reason.MALFORMED_TOKEN, "the Authorization header holds no well-formed token");
  }

  private static Credential none(Reason reason, String detail) {
    return new Credential.None(Refusal.of(reason, detail));
  }

  /** b64token of RFC 6750, section 2.1. */
  private static boolean isToken(String token) {
    int end = token.length();
    while (end > 0 && token.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = token.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_'
              || c == '~'
              || c == '+'
              || c == '/';
      if (!allowed) {
        return false;
      }
    }
    return end > 0;
  }
}
