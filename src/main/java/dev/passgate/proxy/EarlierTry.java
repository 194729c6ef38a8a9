package dev.passgate.proxy;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What became of a request that a cluster was sent before it was left to the filters.
 *
 * @param target of the request
 * @param authorizations of its answer the values of {@code X-Trino-Set-Authorization-User}, which
 *     the filters are to refuse; empty where there was no answer
 */
public record EarlierTry(String target, List<String> authorizations) {

  private static final AttributeKey<EarlierTry> MADE =
      AttributeKey.valueOf(EarlierTry.class.getName());

  private static final String TAKEN = EarlierTry.class.getName();

  public EarlierTry {
    authorizations = List.copyOf(authorizations);
  }

  /** Notes it for the next request on a client's connection. */
  public void note(Channel client) {
    client.attr(MADE).set(this);
  }

  /** The request was answered, whoever asked for what was noted. */
  public static void forget(Channel client) {
    client.attr(MADE).set(null);
  }

  /** That of the request of an exchange, null where there was none. */
  static @Nullable EarlierTry of(ServerWebExchange exchange) {
    EarlierTry taken = exchange.getAttribute(TAKEN);
    if (taken != null) {
      return taken;
    }
    Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    if (!(request instanceof Connection connection && request instanceof HttpServerRequest own)) {
      return null;
    }
    EarlierTry noted = connection.channel().attr(MADE).getAndSet(null);
    if (noted == null || !noted.target().equals(own.uri())) {
      return null;
    }
    exchange.getAttributes().put(TAKEN, noted);
    return noted;
  }

  /** The path of a poll holds the secret of its query. */
  @Override
  public String toString() {
    return "EarlierTry" + authorizations;
  }
}
