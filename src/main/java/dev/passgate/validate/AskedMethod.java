package dev.passgate.validate;

import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * The method of the request that a proxy asks about. Only whether it is one that changes nothing
 * matters, for the requests that other sites' pages have browsers send. No such page can add the
 * headers that are read here without a preflight, which is refused; and whatever a client says by
 * them, a method that is more than GET or HEAD is never taken for one of these.
 */
final class AskedMethod {

  /** Traefik's, and that of nginx as an ingress of Kubernetes. */
  private static final List<String> HEADERS = List.of("X-Forwarded-Method", "X-Original-Method");

  private AskedMethod() {}

  /**
   * @param own the method by which the proxy asks
   * @param complete whether the path of the request is part of the path, as it is of a proxy that
   *     asks with the request's own method too
   */
  static HttpMethod of(HttpMethod own, HttpHeaders headers, boolean complete) {
    if (!isSafe(own.name())) {
      return own;
    }
    List<String> told =
        HEADERS.stream().flatMap(name -> headers.getOrEmpty(name).stream()).toList();
    // nginx and Traefik ask with GET about every method.
    boolean known = complete || !told.isEmpty();
    return known && told.stream().allMatch(AskedMethod::isSafe) ? own : HttpMethod.POST;
  }

  private static boolean isSafe(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }
}
