package dev.passgate.token;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * A request for a token that can be read in one way only (RFC 6749, sections 2.3 and 3.2): each
 * parameter once, and one authentication of the client. What goes on is written anew, so that the
 * provider reads the same.
 *
 * @param grantType the kind of grant
 * @param parameters all parameters, the kind of grant among them
 * @param authorization the client's Basic credential; null where it has none
 */
record TokenRequest(
    String grantType, Map<String, String> parameters, @Nullable String authorization) {

  private static final String GRANT_TYPE = "grant_type";
  private static final String CLIENT_ID = "client_id";
  private static final int MAX_CLIENT_ID_LENGTH = 256;

  /** RFC 7617, with the padding that a client may leave out. */
  private static final Pattern BASIC = Pattern.compile("(?i)Basic +([A-Za-z0-9+/]+={0,2})");

  /** What authenticates a client within the form (RFC 6749, RFC 7521). */
  private static final List<String> IN_FORM = List.of("client_secret", "client_assertion");

  /** A request that was read, or why it is none. */
  sealed interface Reading {

    record Read(TokenRequest request) implements Reading {}

    record Refused(TokenOutcome.Denied denied) implements Reading {}
  }

  private static final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  TokenRequest {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a request.
   *
   * @param query the query of its URI
   */
  static Reading read(HttpHeaders headers, @Nullable String query, byte[] body) {
    try {
      if (query != null) {
        throw new Unreadable("parameters belong into the body, not into the URI");
      }
      if (!isForm(headers)) {
        throw new Unreadable("the body must be one of application/x-www-form-urlencoded in UTF-8");
      }
      Map<String, String> parameters = parameters(body);
      String grant = parameters.get(GRANT_TYPE);
      if (grant == null) {
        throw new Unreadable("grant_type is missing");
      }
      List<String> authorization = headers.getOrEmpty(HttpHeaders.AUTHORIZATION);
      if (authorization.size() + IN_FORM.stream().filter(parameters::containsKey).count() > 1) {
        throw new Unreadable("the client must authenticate in one way");
      }
      if (authorization.isEmpty()) {
        return new Reading.Read(new TokenRequest(grant, parameters, null));
      }
      return BASIC.matcher(authorization.getFirst()).matches()
          ? new Reading.Read(new TokenRequest(grant, parameters, authorization.getFirst()))
          : new Reading.Refused(
              new TokenOutcome.Denied(
                  401, "invalid_client", "clients authenticate by form or Basic", null));
    } catch (Unreadable e) {
      return new Reading.Refused(
          TokenOutcome.Denied.invalidRequest(Objects.requireNonNull(e.getMessage())));
    }
  }

  private static boolean isForm(HttpHeaders headers) {
    try {
      MediaType type = headers.getContentType();
      return type != null
          && type.equalsTypeAndSubtype(MediaType.APPLICATION_FORM_URLENCODED)
          && (type.getCharset() == null || type.getCharset().equals(StandardCharsets.UTF_8));
    } catch (InvalidMediaTypeException _) {
      return false;
    }
  }

  private static Map<String, String> parameters(byte[] body) throws Unreadable {
    Map<String, String> parameters = new LinkedHashMap<>();
    // Escapes are all of ASCII: a byte beyond is none of a form.
    for (String pair : new String(body, StandardCharsets.ISO_8859_1).split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (name.isEmpty()) {
        throw new Unreadable("a parameter has no name");
      }
      if (parameters.putIfAbsent(name, value) != null) {
        throw new Unreadable("a parameter is there twice");
      }
    }
    // As if they were left out; they counted above, as a second one is not less of a doubt.
    parameters.values().removeIf(String::isEmpty);
    return parameters;
  }

  private static String decode(String escaped) throws Unreadable {
    try {
      for (int i = 0; i < escaped.length(); i++) {
        char c = escaped.charAt(i);
        if (c <= ' ' || c >= 0x7f) {
          throw new Unreadable("the form holds characters that must be escaped");
        }
      }
      String octets = URLDecoder.decode(escaped, StandardCharsets.ISO_8859_1);
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (IllegalArgumentException | CharacterCodingException _) {
      throw new Unreadable("the form is not one of escaped UTF-8");
    }
  }

  /** The body that goes on. */
  String form() {
    return parameters.entrySet().stream()
        .map(parameter -> encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Where the client's secret stands, for the audit log. */
  String source() {
    if (authorization != null) {
      return "basic";
    }
    return IN_FORM.stream().anyMatch(parameters::containsKey) ? "form" : "none";
  }

  /** Who the client says it is; null where it says nothing of use. */
  @Nullable String clientId() {
    String id = authorization == null ? parameters.get(CLIENT_ID) : basicUser(authorization);
    return id == null || id.isEmpty() || id.length() > MAX_CLIENT_ID_LENGTH ? null : id;
  }

  /** RFC 6749, section 2.3.1: the name is escaped as in a form. */
  private static @Nullable String basicUser(String authorization) {
    try {
      String encoded = authorization.substring(authorization.lastIndexOf(' ') + 1);
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? null : decode(pair.substring(0, colon));
    } catch (IllegalArgumentException | Unreadable _) {
      return null;
    }
  }

  /** Holds secrets. */
  @Override
  public String toString() {
    return "TokenRequest[***]";
  }
}
