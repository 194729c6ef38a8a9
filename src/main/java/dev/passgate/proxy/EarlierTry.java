package dev.passgate.proxy;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;

/** That a cluster was sent a request already, before it was left to the filters. */
public final class EarlierTry {

  private static final AttributeKey<Boolean> MADE =
      AttributeKey.valueOf(EarlierTry.class.getName());

  private EarlierTry() {}

  /** Notes it of the next request on a client's connection. */
  public static void note(Channel client) {
    client.attr(MADE).set(true);
  }

  /** Whether it was made of the request of an exchange; is told once. */
  static boolean take(ServerWebExchange exchange) {
    Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    return request instanceof Connection connection
        && Boolean.TRUE.equals(connection.channel().attr(MADE).getAndSet(null));
  }
}
