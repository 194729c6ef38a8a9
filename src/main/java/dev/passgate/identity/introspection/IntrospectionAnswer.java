package dev.passgate.identity.introspection;

import dev.passgate.identity.introspection.Introspection.Active;
import dev.passgate.identity.introspection.Introspection.Inactive;
import dev.passgate.identity.introspection.Introspection.Unavailable;
import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a provider's answer (RFC 7662, section 2.2). One that is not exactly of the form says
 * nothing, neither that the token is active nor that it is not.
 */
final class IntrospectionAnswer {

  private static final String JSON = "application/json";

  private IntrospectionAnswer() {}

  static Introspection read(int status, @Nullable String contentType, byte[] body) {
    if (status != 200) {
      return new Unavailable("the provider answered with status " + status);
    }
    if (contentType == null || !mediaType(contentType).equals(JSON)) {
      return new Unavailable("the provider's answer is not of the type " + JSON);
    }
    try {
      Map<String, @Nullable Object> answer = StrictJson.object(body);
      return switch (answer.get("active")) {
        case Boolean active when active -> new Active(answer);
        case Boolean _ -> new Inactive();
        case null, default -> new Unavailable("the provider's answer has no proper active");
      };
    } catch (NotStrictJson _) {
      return new Unavailable("the provider's answer is no proper JSON object");
    }
  }

  private static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    return (parameters < 0 ? contentType : contentType.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
