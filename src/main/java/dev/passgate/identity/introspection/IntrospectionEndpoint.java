package dev.passgate.identity.introspection;

import java.net.URI;
import reactor.core.publisher.Mono;

/** Where a provider is asked about tokens. */
@FunctionalInterface
public interface IntrospectionEndpoint {

  /**
   * Asks once, each time it is subscribed to. Does not block; the caller limits the time by
   * cancelling, which ends the exchange.
   *
   * @param client who asks
   * @return the answer, or an error where there was none
   */
  Mono<Introspection> ask(URI uri, ClientCredentials client, String token);
}
