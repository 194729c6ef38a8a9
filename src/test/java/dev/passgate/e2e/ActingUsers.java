package dev.passgate.e2e;

import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import java.util.HashMap;
import java.util.Map;

/** People who act as bob, which the gateway allows to alice and carol, and leaves to Trino. */
final class ActingUsers {

  private static final String SEPARATOR = "--";

  private ActingUsers() {}

  /** Lets alice and carol act as bob. Of others, what a client calls its user has no effect. */
  static Gateway.Builder allow(Gateway.Builder gateway) {
    return gateway
        .with("passgate.impersonation.rules[0].user", "alice|carol")
        .with("passgate.impersonation.rules[0].as", "bob");
  }

  /**
   * The headers of a request.
   *
   * @param user {@code alice}, or {@code alice--bob} for alice who acts as bob
   */
  static Map<String, String> headers(LocalIssuer issuer, String user) {
    String[] users = user.split(SEPARATOR, 2);
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + issuer.token(users[0]).build());
    if (users.length > 1) {
      headers.put(TrinoHeaders.USER, users[1]);
    }
    return headers;
  }
}
