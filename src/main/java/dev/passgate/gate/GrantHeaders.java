package dev.passgate.gate;

import dev.passgate.identity.Grants;
import dev.passgate.protocol.GrantedValues;
import dev.passgate.protocol.TrinoHeaders;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The headers by which a cluster learns what a credential says beside the user. */
public final class GrantHeaders {

  private GrantHeaders() {}

  /**
   * What goes on in the place of what a client sent. A header that is not in the map stays; one
   * without values does not go on at all.
   *
   * @param grants what the credential says
   * @param token the client's own token, null where there is none or it is not to go there
   * @param client the values that the client sent, by a header's name
   */
  public static Map<String, List<String>> of(
      Grants grants, @Nullable String token, Function<String, List<String>> client) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    Grants.Part roles = grants.roles();
    if (!roles.isSilent()) {
      headers.put(
          TrinoHeaders.ROLE,
          GrantedValues.roles(
              client.apply(TrinoHeaders.ROLE), roles.replaces(), roles.names(), roles.values()));
    }
    Grants.Part tags = grants.clientTags();
    if (!tags.isSilent()) {
      headers.put(
          TrinoHeaders.CLIENT_TAGS,
          GrantedValues.clientTags(
              client.apply(TrinoHeaders.CLIENT_TAGS), tags.replaces(), tags.values().keySet()));
    }
    Grants.Part credentials = grants.extraCredentials();
    if (!credentials.isSilent()) {
      headers.put(
          TrinoHeaders.EXTRA_CREDENTIAL,
          GrantedValues.extraCredentials(
              client.apply(TrinoHeaders.EXTRA_CREDENTIAL),
              credentials.replaces(),
              credentials.names(),
              withToken(credentials.values(), grants, token)));
    }
    return headers;
  }

  private static Map<String, String> withToken(
      Map<String, String> credentials, Grants grants, @Nullable String token) {
    if (token == null) {
      return credentials;
    }
    Map<String, String> all = new HashMap<>(credentials);
    grants.tokenCredentials().forEach(name -> all.put(name, token));
    return all;
  }
}
