package dev.passgate.proxy;

import dev.passgate.failure.RequestException;
import dev.passgate.limit.LimitProperties;
import io.netty.channel.ChannelException;
import io.netty.handler.timeout.ReadTimeoutException;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** Bounds the body of a request: by its declared length at once, and by its bytes as they come. */
final class RequestBodyFilter implements GlobalFilter, Ordered {

  private final long limit;

  RequestBodyFilter(LimitProperties limits) {
    this.limit = limits.requestBody().toBytes();
  }

  /** After the decision who gets in. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    long length = exchange.getRequest().getHeaders().getContentLength();
    if (length > limit) {
      return Mono.error(tooLarge());
    }
    if (length == 0) {
      return chain.filter(exchange);
    }
    return chain.filter(
        exchange
            .mutate()
            .request(
                new ServerHttpRequestDecorator(exchange.getRequest()) {
                  @Override
                  public Flux<DataBuffer> getBody() {
                    return counted(super.getBody());
                  }
                })
            .build());
  }

  private Flux<DataBuffer> counted(Flux<DataBuffer> body) {
    return Flux.defer(
        () -> {
          long[] seen = new long[1];
          return body.<DataBuffer>handle(
                  (buffer, sink) -> {
                    seen[0] += buffer.readableByteCount();
                    if (seen[0] > limit) {
                      DataBufferUtils.release(buffer);
                      sink.error(tooLarge());
                    } else {
                      sink.next(buffer);
                    }
                  })
              // The first is a pause; Reactor Netty's own for the whole time is not public.
              .onErrorMap(ReadTimeoutException.class, _ -> tooSlow())
              .onErrorMap(ChannelException.class, _ -> tooSlow())
              .onErrorMap(AbortedException.class, _ -> incomplete());
        });
  }

  /** The client's fault; the cluster's silence is another thing, which clients try again. */
  private static RequestException tooSlow() {
    return new RequestException(
        HttpStatus.REQUEST_TIMEOUT,
        "the request's body took too long (passgate.limits.request-body-pause, request-body-time)");
  }

  /** RFC 9112, section 8. Nobody reads it, as the connection is gone; metrics and audit tell. */
  private static RequestException incomplete() {
    return new RequestException(HttpStatus.BAD_REQUEST, "the request's body is not complete");
  }

  private RequestException tooLarge() {
    return new RequestException(
        HttpStatus.CONTENT_TOO_LARGE,
        "the request's body is larger than " + limit + " bytes (passgate.limits.request-body)");
  }
}
