package dev.passgate.proxy;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;

/**
 * What became of a request that a cluster was sent before it was left to the filters.
 *
 * @param authorizations of its answer the values of {@code X-Trino-Set-Authorization-User}, which
 *     the filters are to refuse; empty where there was no answer
 */
public record EarlierTry(List<String> authorizations) {

  private static final AttributeKey<EarlierTry> MADE =
      AttributeKey.valueOf(EarlierTry.class.getName());

  public EarlierTry {
    authorizations = List.copyOf(authorizations);
  }

  /** Notes it of the next request on a client's connection. */
  public void note(Channel client) {
    client.attr(MADE).set(this);
  }

  /** That of the request of an exchange, null where there was none; is told once. */
  static @Nullable EarlierTry take(ServerWebExchange exchange) {
    Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    return request instanceof Connection connection
        ? connection.channel().attr(MADE).getAndSet(null)
        : null;
  }
}
