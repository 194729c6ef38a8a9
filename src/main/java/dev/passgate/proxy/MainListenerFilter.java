package dev.passgate.proxy;

import dev.passgate.failure.RequestException;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Keeps routes off the management listener, which borrows them from the main one, and where nobody
 * would count and audit them. Spring Cloud Gateway does so by the port's number only, and not where
 * the number is the system's choice.
 */
final class MainListenerFilter implements GlobalFilter, Ordered {

  private final ApplicationContext main;

  MainListenerFilter(ApplicationContext main) {
    this.main = main;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // which of two contexts it is, not what is in them
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return exchange.getApplicationContext() == main
        ? chain.filter(exchange)
        : Mono.error(new RequestException(HttpStatus.NOT_FOUND, "this path is not served here"));
  }
}
