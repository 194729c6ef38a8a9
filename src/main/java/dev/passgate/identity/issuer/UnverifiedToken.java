package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of itself before anybody checked its signature: enough to refuse it without any
 * work for others, and no more.
 *
 * @param algorithm one of {@link SignatureAlgorithms}
 * @param claims the registered claims, each of its type
 */
record UnverifiedToken(JWSAlgorithm algorithm, RegisteredClaims claims) {

  /**
   * Longer than a SHA-512 thumbprint in hexadecimal. Key ids are remembered, so they end somewhere.
   */
  static final int MAX_KEY_ID_LENGTH = 256;

  /** RFC 7519, section 5.1; RFC 9068, section 2.1. */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

  private static final String MEDIA_TYPE_PREFIX = "application/";

  /**
   * Reads a token in compact form (RFC 7515, section 7.1).
   *
   * @throws RefusedTokenException where it is not a signed JWT in that form, is signed with an
   *     algorithm nobody may use, asks for an extension, or is of a type that is no access token
   */
  static UnverifiedToken parse(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw malformed("the token is not a signed JWT in compact form");
    }
    Map<String, @Nullable Object> header = object(parts[0], "header");
    JWSAlgorithm algorithm = algorithm(header);
    checkExtensions(header);
    checkType(header);
    checkKeyId(header);
    checkBase64Url(parts[2]);
    return new UnverifiedToken(algorithm, RegisteredClaims.of(object(parts[1], "payload")));
  }

  private static JWSAlgorithm algorithm(Map<String, @Nullable Object> header) {
    if (header.get("alg") instanceof String name && SignatureAlgorithms.isSupported(name)) {
      return JWSAlgorithm.parse(name);
    }
    throw new RefusedTokenException(
        Reason.ALGORITHM_NOT_ALLOWED, "the token's algorithm is not an allowed one");
  }

  /** RFC 7515, section 4.1.11, and RFC 7797: extensions that must be understood; none is. */
  private static void checkExtensions(Map<String, @Nullable Object> header) {
    if (header.containsKey("crit") || header.containsKey("b64")) {
      throw malformed("the token's header asks for an extension");
    }
  }

  private static void checkType(Map<String, @Nullable Object> header) {
    if (header.containsKey("typ")
        && !(header.get("typ") instanceof String type && TYPES.contains(mediaSubtype(type)))) {
      throw new RefusedTokenException(
          Reason.TYPE_NOT_ALLOWED, "the token is of another type than JWT and at+jwt");
    }
    // RFC 7519, section 5.2: a nested JWT
    if (header.containsKey("cty")
        && !(header.get("cty") instanceof String type && !mediaSubtype(type).equals("jwt"))) {
      throw new RefusedTokenException(Reason.TYPE_NOT_ALLOWED, "the token contains another one");
    }
  }

  /** RFC 7515, section 4.1.9: the prefix may be omitted, and media types ignore case. */
  private static String mediaSubtype(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith(MEDIA_TYPE_PREFIX)
        ? lower.substring(MEDIA_TYPE_PREFIX.length())
        : lower;
  }

  private static void checkKeyId(Map<String, @Nullable Object> header) {
    if (header.containsKey("kid")
        && !(header.get("kid") instanceof String kid
            && !kid.isEmpty()
            && kid.length() <= MAX_KEY_ID_LENGTH)) {
      throw malformed("the token's kid is no text of 1 to " + MAX_KEY_ID_LENGTH + " characters");
    }
  }

  private static Map<String, @Nullable Object> object(String part, String name) {
    checkBase64Url(part);
    try {
      return StrictJson.object(Base64.getUrlDecoder().decode(part));
    } catch (NotStrictJson e) {
      throw malformed("the token's " + name + " is no JSON object, or has a name twice");
    }
  }

  /**
   * RFC 7515, section 2: no padding, no blanks, and RFC 4648, section 3.5: no stray bits at the
   * end. Else many texts would be the same token, and a list of refused ones would not hold.
   */
  private static void checkBase64Url(String part) {
    int rest = part.length() % 4;
    boolean canonical =
        switch (rest) {
          case 0 -> !part.isEmpty();
          case 2 -> (digit(part.charAt(part.length() - 1)) & 0b1111) == 0;
          case 3 -> (digit(part.charAt(part.length() - 1)) & 0b11) == 0;
          default -> false;
        };
    for (int i = 0; canonical && i < part.length(); i++) {
      canonical = digit(part.charAt(i)) >= 0;
    }
    if (!canonical) {
      throw malformed("a part of the token is not in canonical base64url form");
    }
  }

  private static int digit(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }

  private static RefusedTokenException malformed(String detail) {
    return new RefusedTokenException(Reason.MALFORMED_TOKEN, detail);
  }
}
