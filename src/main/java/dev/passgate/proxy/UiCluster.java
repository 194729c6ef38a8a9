package dev.passgate.proxy;

import dev.passgate.cluster.Clusters;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Which cluster's web interface somebody looks at, where the request does not name a query: the one
 * of the page that asks, the one asked for by the parameter {@value #NAME}, or the one asked for
 * last, which the browser keeps in a cookie. A wish only: rules decide whether it is granted.
 */
final class UiCluster {

  /** The name of the parameter and of the cookie. */
  static final String NAME = "passgate-cluster";

  private static final String DATA_PATH = "/ui/api/";

  private static final Duration KEPT = Duration.ofDays(30);

  private UiCluster() {}

  /** Whether a path of Trino's answers with data of a cluster; its files are the same at all. */
  static boolean showsCluster(String path) {
    return path.startsWith(DATA_PATH);
  }

  /** The query that the page shows that a request comes from, or null. */
  static @Nullable QueryId ofPage(ServerHttpRequest request) {
    String referer = request.getHeaders().getFirst(HttpHeaders.REFERER);
    int path = referer == null ? -1 : referer.indexOf("/ui/");
    return referer == null || path < 0 ? null : QueryId.inPath(referer.substring(path));
  }

  /** The name of the cluster that is wished for, or null; a new wish is kept. */
  static @Nullable String wished(
      ServerWebExchange exchange, Clusters clusters, ExternalAddress address) {
    ServerHttpRequest request = exchange.getRequest();
    String asked = request.getQueryParams().getFirst(NAME);
    if (asked != null && clusters.find(asked) != null) {
      Origin external = address.origin(ProxyAttributes.received(exchange));
      exchange
          .getResponse()
          .addCookie(
              ResponseCookie.from(NAME, asked)
                  .path("/ui")
                  .httpOnly(true)
                  .secure("https".equals(external.scheme()))
                  .sameSite("Lax")
                  .maxAge(KEPT)
                  .build());
      return asked;
    }
    HttpCookie kept = request.getCookies().getFirst(NAME);
    return kept == null ? null : kept.getValue();
  }
}
