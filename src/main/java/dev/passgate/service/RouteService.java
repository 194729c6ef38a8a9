package dev.passgate.service;

import dev.passgate.gate.Approach;
import dev.passgate.gate.Decision;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Answers the requests of routes with {@code uri: passgate://NAME}. Who gets in by such a route,
 * what its requests may be like, and who counts them and writes them down, is as for any other.
 */
public interface RouteService {

  /** What routes call it, the host of their URI. */
  String name();

  /**
   * Whose credential it is that a request is let in by.
   *
   * @param own the request itself as it came to the gateway
   */
  default Approach approach(ServerWebExchange exchange, Approach own) {
    return own;
  }

  /**
   * Answers a request that was let in. Its form was checked, and its body has a bound.
   *
   * @param exchange the request without what does not go on to clusters, credentials among it
   * @param received the request as it came
   * @param decision what the gate decided on it, null on a public route
   */
  Mono<Void> answer(
      ServerWebExchange exchange, ServerHttpRequest received, @Nullable Decision decision);
}
