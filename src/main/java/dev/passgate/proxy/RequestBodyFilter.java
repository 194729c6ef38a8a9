package dev.passgate.proxy;

import dev.passgate.failure.RequestException;
import dev.passgate.limit.LimitProperties;
import io.netty.handler.timeout.ReadTimeoutException;
import java.time.Duration;
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

/**
 * Bounds the body of a request: by its declared length at once, and by its bytes as they come. Says
 * of one that breaks off that it was the client's.
 */
final class RequestBodyFilter implements GlobalFilter, Ordered {

  private final long limit;
  private final Duration pause;

  RequestBodyFilter(LimitProperties limits) {
    this.limit = limits.requestBody().toBytes();
    this.pause = limits.requestBodyPause();
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
    return chain.filter(
        exchange
            .mutate()
            .request(
                new ServerHttpRequestDecorator(exchange.getRequest()) {
                  @Override
                  public Flux<DataBuffer> getBody() {
                    Flux<DataBuffer> body =
                        super.getBody()
                            .onErrorMap(ReadTimeoutException.class, _ -> paused())
                            .onErrorMap(AbortedException.class, _ -> incomplete());
                    // The decoder holds a client to the length that it declared.
                    return length >= 0 ? body : counted(body);
                  }
                })
            .build());
  }

  private Flux<DataBuffer> counted(Flux<DataBuffer> body) {
    return Flux.defer(
        () -> {
          long[] seen = new long[1];
          return body.handle(
              (buffer, sink) -> {
                seen[0] += buffer.readableByteCount();
                if (seen[0] > limit) {
                  DataBufferUtils.release(buffer);
                  sink.error(tooLarge());
                } else {
                  sink.next(buffer);
                }
              });
        });
  }

  /** The client's pause, which would else be taken for the cluster's. */
  private RequestException paused() {
    return new RequestException(
        HttpStatus.REQUEST_TIMEOUT,
        "the request's body paused for longer than "
            + pause
            + " (passgate.limits.request-body-pause)");
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
