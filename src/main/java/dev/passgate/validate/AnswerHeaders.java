package dev.passgate.validate;

import dev.passgate.identity.Identity;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.validate.ValidateProperties.Headers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy is told of an identity. A header that is configured is always there, if need be with
 * nothing in it: Envoy leaves a client's own header alone where the answer has none of its name.
 */
record AnswerHeaders(Headers names) {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** Each header once. The user is one that a header can carry, as it is. */
  Map<String, String> of(Identity identity) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(TrinoHeaders.USER, identity.user());
    put(headers, names.issuer(), identity.issuer());
    put(headers, names.subject(), escape(identity.subject()));
    put(
        headers,
        names.groups(),
        identity.groups().stream()
            .sorted()
            .map(AnswerHeaders::escape)
            .collect(Collectors.joining(",")));
    put(
        headers,
        names.originalUser(),
        identity.originalUser() == null ? "" : identity.originalUser());
    return headers;
  }

  private static void put(Map<String, String> headers, @Nullable String name, String value) {
    if (name != null) {
      headers.put(name, value);
    }
  }

  /**
   * A text of strangers as one that every server reads alike: what is not visible ASCII, the comma
   * between several and the escape itself as UTF-8 in the form {@code %2C} (RFC 3986, section 2.1).
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f && octet != '%' && octet != ',') {
        escaped.append((char) octet);
      } else {
        escaped.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return escaped.toString();
  }
}
