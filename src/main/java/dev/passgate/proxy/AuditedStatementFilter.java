package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.observe.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps the beginning of a new statement for the audit log, where that is to have it. The body goes
 * on as it comes.
 */
final class AuditedStatementFilter implements GlobalFilter, Ordered {

  /** After the filter that bounds the body. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    if (!ClusterFilter.isToCluster(route)
        || !RequestPath.isNewStatement(exchange)
        || exchange.getRequest().getHeaders().containsHeader(HttpHeaders.CONTENT_ENCODING)) {
      return chain.filter(exchange);
    }
    return chain.filter(
        exchange
            .mutate()
            .request(
                new ServerHttpRequestDecorator(exchange.getRequest()) {
                  @Override
                  public Flux<DataBuffer> getBody() {
                    return noted(super.getBody(), exchange);
                  }
                })
            .build());
  }

  private static Flux<DataBuffer> noted(Flux<DataBuffer> body, ServerWebExchange exchange) {
    return Flux.defer(
        () -> {
          Beginning beginning = new Beginning();
          return body.doOnNext(
              buffer -> {
                if (beginning.add(buffer)) {
                  ProxyAttributes.sql(exchange, beginning.text());
                }
              });
        });
  }

  /** A statement's first characters, of which each takes a byte or more. */
  private static final class Beginning {

    private byte[] bytes = new byte[0];

    boolean add(DataBuffer buffer) {
      int more = Math.min(buffer.readableByteCount(), AuditEvent.MAX_SQL_LENGTH - bytes.length);
      if (more <= 0) {
        return false;
      }
      int length = bytes.length;
      bytes = Arrays.copyOf(bytes, length + more);
      for (int i = 0; i < more; i++) {
        bytes[length + i] = buffer.getByte(buffer.readPosition() + i);
      }
      return true;
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
