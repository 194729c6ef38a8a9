package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.failure.RefusedException;
import dev.passgate.failure.RequestException;
import dev.passgate.gate.Approach;
import dev.passgate.gate.Gate;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.listener.ExternalAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The first filter of every route: lets in who may come in, and takes from the request what a
 * client may not say. What follows, a user's own filters too, sees clean headers only.
 */
final class AccessFilter implements GlobalFilter, Ordered {

  private final Gate gate;
  private final HeaderFirewall firewall;
  private final ExternalAddress address;

  AccessFilter(Gate gate, HeaderFirewall firewall, ExternalAddress address) {
    this.gate = gate;
    this.firewall = firewall;
    this.address = address;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    return switch (Access.of(route)) {
      case PUBLIC -> chain.filter(clean(exchange, null));
      // Nothing signs URIs yet, so none can be right.
      case SIGNED_URI ->
          Mono.error(new RequestException(HttpStatus.NOT_FOUND, "this path is not served"));
      case IDENTITY -> identified(exchange, route.getId(), chain);
    };
  }

  private Mono<Void> identified(
      ServerWebExchange exchange, String route, GatewayFilterChain chain) {
    return gate.check(approach(exchange.getRequest(), route))
        .flatMap(
            decision -> {
              ProxyAttributes.decision(exchange, decision);
              return switch (decision.verdict()) {
                case Identity identity -> chain.filter(clean(exchange, identity));
                case Refusal refusal -> Mono.error(new RefusedException(refusal));
              };
            });
  }

  private Approach approach(ServerHttpRequest request, String route) {
    return new Approach(
        request.getMethod(),
        request.getHeaders(),
        () -> certificate(request),
        () -> address.client(request),
        route,
        () -> address.origin(request).toString());
  }

  /** Where there is none, the JDK makes an exception of it. */
  private static @Nullable X509Certificate certificate(ServerHttpRequest request) {
    SslInfo tls = request.getSslInfo();
    X509Certificate[] chain = tls == null ? null : tls.getPeerCertificates();
    return chain == null || chain.length == 0 ? null : chain[0];
  }

  private ServerWebExchange clean(ServerWebExchange exchange, @Nullable Identity identity) {
    ServerHttpRequest request = exchange.getRequest();
    ProxyAttributes.received(exchange, request);
    HttpHeaders headers =
        HttpHeaders.readOnlyHttpHeaders(firewall.filter(request.getHeaders(), identity));
    return exchange
        .mutate()
        .request(
            new ServerHttpRequestDecorator(request) {
              @Override
              public HttpHeaders getHeaders() {
                return headers;
              }
            })
        .build();
  }
}
