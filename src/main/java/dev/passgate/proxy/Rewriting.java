package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.JsonUriRewriter;
import dev.passgate.protocol.TrinoPath;
import dev.passgate.protocol.UriMapping;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;

/** Which answers hold URIs of the cluster in their bodies. */
final class Rewriting {

  private Rewriting() {}

  /**
   * Whether the answer to a request is rewritten. A cluster that is told what clients call the
   * gateway, and the prefix of the query, writes the pages as they are to be. The first one is to
   * get its prefix, and so is that of a query from before the cluster was told.
   */
  static boolean isNeeded(ServerWebExchange exchange, Cluster cluster) {
    return switch (RequestPath.of(exchange)) {
      case STATEMENT, QUERIES, QUERY -> true;
      case POLL -> !cluster.forwarded() || ProxyAttributes.prefixed(exchange) == null;
      case SEGMENT, UI, OTHER -> false;
    };
  }

  static JsonUriRewriter rewriter(TrinoPath path, UriMapping mapping) {
    return switch (path) {
      case QUERIES -> JsonUriRewriter.forQueryInfos(mapping);
      case QUERY -> JsonUriRewriter.forQueryInfo(mapping);
      case STATEMENT, POLL, SEGMENT, UI, OTHER -> JsonUriRewriter.forQueryResults(mapping);
    };
  }

  /**
   * Trino's clients take nothing but JSON for an answer; its errors are plain text. An answer that
   * does not say what it is may be JSON: what is not passes the rewriter as it is.
   */
  static boolean isJson(@Nullable MediaType contentType) {
    return contentType == null
        || contentType.isCompatibleWith(MediaType.APPLICATION_JSON)
        || "json".equals(contentType.getSubtypeSuffix());
  }
}
