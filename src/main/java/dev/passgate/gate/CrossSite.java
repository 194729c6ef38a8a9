package dev.passgate.gate;

import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Requests that another site's page has a browser make. The browser adds cookies, passwords it
 * knows and client certificates by itself, so that they prove nothing of what the person wants.
 * Told by Fetch Metadata ({@code Sec-Fetch-Site}), and by {@code Origin} (RFC 6454) where a browser
 * sends no such header. What is no browser sends neither, and is not meant.
 */
final class CrossSite {

  private CrossSite() {}

  /** Whether a request that changes something, or may, comes from another site's page. */
  static boolean isForgeable(Approach approach) {
    HttpMethod method = approach.method();
    HttpHeaders headers = approach.headers();
    List<String> sites = headers.getOrEmpty("Sec-Fetch-Site");
    boolean foreign =
        sites.isEmpty()
            ? !headers.getOrEmpty(HttpHeaders.ORIGIN).stream()
                .allMatch(origin -> origin.equalsIgnoreCase(approach.origin().get()))
            : !sites.stream().allMatch(site -> site.equals("same-origin") || site.equals("none"));
    boolean safe = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    return foreign && !safe;
  }
}
