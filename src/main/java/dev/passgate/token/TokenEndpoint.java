package dev.passgate.token;

import java.net.URI;
import reactor.core.publisher.Mono;

/** Where a provider gives tokens. */
@FunctionalInterface
interface TokenEndpoint {

  /**
   * Asks once, each time it is subscribed to. Does not block, and never fails; the caller limits
   * the time by cancelling, which ends the exchange.
   */
  Mono<TokenOutcome> ask(URI uri, TokenRequest request);
}
