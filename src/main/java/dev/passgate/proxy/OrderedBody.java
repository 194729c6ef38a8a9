package dev.passgate.proxy;

import reactor.core.publisher.Flux;

/**
 * Has the failure of a body wait for its turn. Spring holds the first part back until the
 * connection of the client takes it, and would drop it for a failure that comes meanwhile ({@code
 * ChannelSendOperator}): the client would not get what came before.
 */
final class OrderedBody {

  private OrderedBody() {}

  static <T> Flux<T> of(Flux<T> body) {
    // Only items wait until they are asked for, so the failure is made one for the way.
    return body.materialize().dematerialize();
  }
}
