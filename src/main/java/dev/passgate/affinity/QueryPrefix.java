package dev.passgate.affinity;

import dev.passgate.protocol.QueryId;
import org.jspecify.annotations.Nullable;

/**
 * The first segment of the paths of a query whose cluster writes its URIs itself, {@code /~<query
 * id>.<signature>}. The cluster is told it as {@code X-Forwarded-Prefix} ({@code
 * io.trino.server.ExternalUriInfo}).
 *
 * @param queryId the query, which is what was signed
 * @param signature the signature, of which nothing is known but its place
 */
record QueryPrefix(QueryId queryId, String signature) {

  private static final String START = "/~";
  private static final int LENGTH = START.length() + QueryId.LENGTH + 1 + Signer.LENGTH;

  /** The prefix that a raw path starts with, or null. */
  static @Nullable QueryPrefix parse(String path) {
    if (!path.startsWith(START) || path.length() <= LENGTH || path.charAt(LENGTH) != '/') {
      return null;
    }
    int dot = START.length() + QueryId.LENGTH;
    QueryId id = QueryId.parse(path.substring(START.length(), dot));
    return id == null || path.charAt(dot) != '.'
        ? null
        : new QueryPrefix(id, path.substring(dot + 1, LENGTH));
  }

  /** The path behind the prefix. */
  static String strip(String path) {
    return path.substring(LENGTH);
  }

  @Override
  public String toString() {
    return START + queryId + "." + signature;
  }
}
