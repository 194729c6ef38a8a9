package dev.passgate.gate;

import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Finds the credential of a request in the places that are read. A request with two credentials is
 * refused: whichever were taken, the client, something on the way, or a log could mean the other.
 */
final class CredentialReader {

  /**
   * A credential and where it stood.
   *
   * @param source null where nothing was found
   */
  record Found(@Nullable Source source, Credential credential) {}

  private static final String BEARER_SCHEME = "Bearer";
  private static final String BASIC_SCHEME = "Basic";

  private final List<Source> sources;
  private final boolean bearer;
  private final boolean basic;
  private final boolean tokensAsPasswords;

  /**
   * @param sources where to look, in order of precedence
   * @param tokensAsPasswords whether the password of a Basic credential may be a token
   */
  CredentialReader(List<Source> sources, boolean tokensAsPasswords) {
    this.sources = List.copyOf(sources);
    this.bearer = sources.stream().anyMatch(Source.Bearer.class::isInstance);
    this.basic = sources.stream().anyMatch(Source.Basic.class::isInstance);
    this.tokensAsPasswords = tokensAsPasswords;
  }

  /** The one credential of a request, or why there is none. */
  Found read(Approach approach) {
    HttpHeaders headers = approach.headers();
    List<String> authorization = headers.getOrEmpty(HttpHeaders.AUTHORIZATION);
    if (authorization.size() > 1) {
      return none(
          Reason.AMBIGUOUS_CREDENTIAL, "more than one Authorization header: send exactly one");
    }
    if (!authorization.isEmpty() && !isRead(authorization.getFirst())) {
      return none(
          Reason.UNSUPPORTED_SCHEME,
          "this kind of Authorization is not accepted: send " + wanted());
    }
    Found found = null;
    for (Source source : sources) {
      Credential credential = read(source, approach, authorization);
      if (credential == null) {
        continue;
      }
      if (credential instanceof Credential.None) {
        return new Found(source, credential);
      }
      if (found != null) {
        credential = same(found.credential(), credential);
        if (credential == null) {
          return none(
              Reason.AMBIGUOUS_CREDENTIAL, "two different credentials in one request: send one");
        }
      }
      found = new Found(found == null ? source : found.source(), credential);
    }
    return found == null
        ? none(Reason.NO_CREDENTIAL, "a credential is needed: send " + wanted())
        : found;
  }

  /** Headers with a token where it is read first; none where nothing reads it. */
  HttpHeaders write(String token) {
    HttpHeaders headers = new HttpHeaders();
    for (Source source : sources) {
      switch (source) {
        case Source.Bearer _ -> headers.setBearerAuth(token);
        case Source.Header(String name) -> headers.set(name, token);
        case Source.Cookie(String name) -> headers.set(HttpHeaders.COOKIE, name + "=" + token);
        case Source.Basic _ when tokensAsPasswords && looksLikeJwt(token) ->
            headers.setBasicAuth("", token, StandardCharsets.UTF_8);
        case Source.Basic _ -> {}
        case Source.Certificate _ -> {}
      }
      if (!headers.isEmpty()) {
        return headers;
      }
    }
    return headers;
  }

  private boolean isRead(String authorization) {
    return (bearer && hasScheme(authorization, BEARER_SCHEME))
        || (basic && hasScheme(authorization, BASIC_SCHEME));
  }

  /** What to send, for people. */
  private String wanted() {
    List<String> wanted = new ArrayList<>();
    for (Source source : sources) {
      switch (source) {
        case Source.Bearer _ -> wanted.add("Authorization: Bearer <token>");
        case Source.Basic _ -> wanted.add("Authorization: Basic <user and password>");
        case Source.Header(String name) -> wanted.add(name + ": <token>");
        case Source.Cookie(String name) -> wanted.add("the cookie " + name);
        case Source.Certificate _ -> wanted.add("a client certificate");
      }
    }
    return String.join(" or ", wanted);
  }

  /** Both where they are the same token, null where they are not. */
  private static @Nullable Credential same(Credential one, Credential other) {
    if (one instanceof Credential.Token(String token, String user)
        && other instanceof Credential.Token(String otherToken, String otherUser)
        && token.equals(otherToken)
        && (user == null || otherUser == null || user.equals(otherUser))) {
      return user == null ? other : one;
    }
    return null;
  }

  private @Nullable Credential read(Source source, Approach approach, List<String> authorization) {
    return switch (source) {
      case Source.Bearer _ ->
          authorization.isEmpty() || !hasScheme(authorization.getFirst(), BEARER_SCHEME)
              ? null
              : token(parameter(authorization.getFirst(), BEARER_SCHEME), "Authorization header");
      case Source.Basic _ ->
          authorization.isEmpty() || !hasScheme(authorization.getFirst(), BASIC_SCHEME)
              ? null
              : basic(parameter(authorization.getFirst(), BASIC_SCHEME));
      case Source.Header(String name) -> only(approach.headers().getOrEmpty(name), name, "header");
      case Source.Cookie(String name) ->
          only(RequestCookies.values(approach.headers(), name), name, "cookie");
      case Source.Certificate _ -> certificate(approach.certificate().get());
    };
  }

  private static @Nullable Credential certificate(@Nullable X509Certificate certificate) {
    return certificate == null ? null : new Credential.Certificate(certificate);
  }

  private static @Nullable Credential only(List<String> values, String name, String kind) {
    return switch (values.size()) {
      case 0 -> null;
      case 1 -> token(values.getFirst(), name + " " + kind);
      default ->
          refused(
              Reason.AMBIGUOUS_CREDENTIAL,
              "more than one " + name + " " + kind + ": send exactly one");
    };
  }

  private static Credential token(String token, String place) {
    return isToken(token)
        ? new Credential.Token(token, null)
        : refused(Reason.MALFORMED_TOKEN, "the " + place + " holds no well-formed token");
  }

  private Credential basic(String encoded) {
    String pair = decode(encoded);
    int colon = pair == null ? -1 : pair.indexOf(':');
    if (pair == null || colon < 0 || pair.chars().anyMatch(Character::isISOControl)) {
      return refused(
          Reason.MALFORMED_TOKEN,
          "the Authorization header holds no well-formed user and password");
    }
    String user = pair.substring(0, colon);
    String password = pair.substring(colon + 1);
    if (tokensAsPasswords && looksLikeJwt(password)) {
      return new Credential.Token(password, user.isEmpty() ? null : user);
    }
    return user.isEmpty() || password.isEmpty()
        ? refused(Reason.BAD_PASSWORD, "a user and a password are needed, neither of them empty")
        : new Credential.Password(user, password);
  }

  private static @Nullable String decode(String encoded) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)))
          .toString();
    } catch (IllegalArgumentException | CharacterCodingException _) {
      return null;
    }
  }

  /** A JSON object in base64url begins like this, whatever is in it, and JWTs have two dots. */
  private static boolean looksLikeJwt(String password) {
    return password.startsWith("eyJ")
        && password.chars().filter(c -> c == '.').count() == 2
        && isToken(password);
  }

  private static Found none(Reason reason, String detail) {
    return new Found(null, refused(reason, detail));
  }

  private static Credential.None refused(Reason reason, String detail) {
    return new Credential.None(Refusal.of(reason, detail));
  }

  private static boolean hasScheme(String authorization, String scheme) {
    int end = scheme.length();
    return authorization.regionMatches(true, 0, scheme, 0, end)
        && (authorization.length() == end || authorization.charAt(end) == ' ');
  }

  private static String parameter(String authorization, String scheme) {
    int start = scheme.length();
    while (start < authorization.length() && authorization.charAt(start) == ' ') {
      start++;
    }
    return authorization.substring(start);
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
