package dev.passgate.proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;

/** Which answers hold URIs of the cluster in their bodies. */
final class Rewriting {

  private static final String STATEMENT = "/v1/statement";

  private Rewriting() {}

  /** Whether a request is one for {@code io.trino.client.QueryResults}. */
  static boolean isStatement(ServerWebExchange exchange) {
    String path = exchange.getRequest().getURI().getRawPath();
    return path.startsWith(STATEMENT)
        && (path.length() == STATEMENT.length() || path.charAt(STATEMENT.length()) == '/');
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
