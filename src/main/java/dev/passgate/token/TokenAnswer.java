package dev.passgate.token;

import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import dev.passgate.token.TokenOutcome.Denied;
import dev.passgate.token.TokenOutcome.Granted;
import dev.passgate.token.TokenOutcome.Unavailable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a token endpoint answers. What is not exactly of the form is no answer. */
final class TokenAnswer {

  /** RFC 6749, appendix A.12: printable ASCII. */
  private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7E]+");

  /** RFC 6749, appendix A.7. */
  private static final Pattern ERROR =
      Pattern.compile("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]{1,128}");

  private static final Pattern SECONDS = Pattern.compile("\\d{1,15}");

  private static final String EXPIRES_IN = "expires_in";

  /**
   * What is passed on where it is there, beside access_token, token_type and expires_in: RFC 6749,
   * section 5.1; RFC 8693, section 2.2.1; OpenID Connect Core 1.0, section 3.1.3.3.
   */
  private static final List<String> OPTIONAL =
      List.of("scope", "refresh_token", "issued_token_type", "id_token");

  private TokenAnswer() {}

  static TokenOutcome read(int status, @Nullable String contentType, byte[] body) {
    if (status != 200 && (status < 400 || status >= 500 || status == 429)) {
      return new Unavailable("status " + status);
    }
    if (contentType == null || !isJson(contentType)) {
      return new Unavailable("status " + status + ", which is no JSON");
    }
    Map<String, @Nullable Object> document;
    try {
      document = StrictJson.object(body);
    } catch (NotStrictJson _) {
      return new Unavailable("status " + status + ", which is no proper JSON object");
    }
    return status == 200 ? granted(document) : denied(status, document);
  }

  private static boolean isJson(String contentType) {
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    return type.equalsIgnoreCase("application/json");
  }

  private static TokenOutcome granted(Map<String, @Nullable Object> document) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name : List.of("access_token", "token_type")) {
      if (!(document.get(name) instanceof String text && VISIBLE.matcher(text).matches())) {
        return new Unavailable("a token without " + name);
      }
      members.put(name, text);
    }
    Object expires = document.get(EXPIRES_IN);
    if (expires != null) {
      Long seconds = seconds(expires);
      if (seconds == null) {
        return new Unavailable("a token whose expires_in is no number of seconds");
      }
      members.put(EXPIRES_IN, seconds);
    }
    for (String name : OPTIONAL) {
      if (document.get(name) instanceof String text) {
        members.put(name, text);
      }
    }
    return new Granted(members);
  }

  /** Some providers write the number as a text. */
  private static @Nullable Long seconds(Object value) {
    if (value instanceof Long seconds && seconds >= 0) {
      return seconds;
    }
    return value instanceof String text && SECONDS.matcher(text).matches()
        ? Long.valueOf(text)
        : null;
  }

  /** Of RFC 6749, section 5.2, the statuses too: some providers have others for the same. */
  private static TokenOutcome denied(int status, Map<String, @Nullable Object> document) {
    return document.get("error") instanceof String error && ERROR.matcher(error).matches()
        ? new Denied(
            status == 401 ? 401 : 400,
            error,
            text(document.get("error_description")),
            text(document.get("error_uri")))
        : new Unavailable("status " + status + " without an error of OAuth");
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }
}
