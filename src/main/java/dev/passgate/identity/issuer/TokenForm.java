package dev.passgate.identity.issuer;

import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import java.util.Base64;

/** Tells JWTs from opaque tokens by their form alone. */
final class TokenForm {

  private TokenForm() {}

  /**
   * Whether a token is a JWT, or meant to be one: what is broken, encrypted or has something behind
   * it is still no opaque token, and nothing to show to a provider that it is not of.
   */
  static boolean isJwt(String token) {
    int end = token.indexOf('.');
    return end > 0
        && token.indexOf('.', end + 1) > 0
        && (beginsAsJsonObject(token) || isJsonObject(token.substring(0, end)));
  }

  /** Four characters are three bytes: enough for most, without looking at the rest. */
  private static boolean beginsAsJsonObject(String token) {
    if (token.length() < 4) {
      return false;
    }
    try {
      byte[] start = Base64.getUrlDecoder().decode(token.substring(0, 4));
      return start.length > 1 && start[0] == '{' && "\"} \t\r\n".indexOf(start[1]) >= 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static boolean isJsonObject(String part) {
    try {
      var _ = StrictJson.object(Base64.getUrlDecoder().decode(part));
      return true;
    } catch (IllegalArgumentException | NotStrictJson _) {
      return false;
    }
  }
}
