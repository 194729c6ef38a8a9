package dev.passgate.proxy;

import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.sql.SqlRequest;
import dev.passgate.trace.Tracing;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.http.HttpHeaders;

/** What a client of Trino's own protocol would say with the statement of a request for SQL. */
final class StatementHeaders {

  private static final String FAMILY = "x-trino-";

  /** What a session would have, and forms of answers that are not read here. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "x-trino-transaction-id",
          "x-trino-prepared-statement",
          "x-trino-client-capabilities",
          "x-trino-query-data-encoding");

  private static final String SOURCE = "passgate-query";

  /** Times are sent with all their digits ({@code io.trino.client.ClientCapabilities}). */
  private static final String CAPABILITIES = "PARAMETRIC_DATETIME";

  private StatementHeaders() {}

  /**
   * The headers, names in any case.
   *
   * @param client the request's, without those that are for the gateway to say
   */
  static HttpHeaders of(HttpHeaders client, SqlRequest request) {
    HttpHeaders headers = new HttpHeaders();
    client.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(FAMILY) && !LEFT_OUT.contains(lower)) {
            headers.addAll(name, values);
          }
        });
    headers.putIfAbsent(TrinoHeaders.SOURCE, List.of(SOURCE));
    headers.set(TrinoHeaders.CLIENT_CAPABILITIES, CAPABILITIES);
    for (String name : List.of(Tracing.PARENT_HEADER, Tracing.STATE_HEADER)) {
      client.getOrEmpty(name).forEach(value -> headers.add(name, value));
    }
    String agent = client.getFirst(HttpHeaders.USER_AGENT);
    if (agent != null) {
      headers.set(HttpHeaders.USER_AGENT, agent);
    }
    if (request.catalog() != null) {
      headers.set(TrinoHeaders.CATALOG, request.catalog());
    }
    if (request.schema() != null) {
      headers.set(TrinoHeaders.SCHEMA, request.schema());
    }
    // Of several values of a property Trino takes the last (HttpRequestSessionContextFactory).
    request
        .session()
        .forEach(
            (name, value) ->
                headers.add(
                    TrinoHeaders.SESSION,
                    name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return headers;
  }
}
