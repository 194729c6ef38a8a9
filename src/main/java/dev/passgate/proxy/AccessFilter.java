package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.affinity.Binding;
import dev.passgate.affinity.Owner;
import dev.passgate.affinity.SignedUris;
import dev.passgate.failure.RefusedException;
import dev.passgate.gate.Approach;
import dev.passgate.gate.Decision;
import dev.passgate.gate.Gate;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.service.RouteService;
import java.net.URI;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
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

  private static final String NONE = "none";

  private static final Refusal UNSIGNED =
      Refusal.of(
          Reason.UNSIGNED_URI,
          "the address is not one that the gateway gave out: it was changed, is too old, or was"
              + " signed with another passgate.signing-key");

  private final Gate gate;
  private final HeaderFirewall firewall;
  private final ExternalAddress address;
  private final SignedUris signed;
  private final RouteServices services;

  AccessFilter(
      Gate gate,
      HeaderFirewall firewall,
      ExternalAddress address,
      SignedUris signed,
      RouteServices services) {
    this.gate = gate;
    this.firewall = firewall;
    this.address = address;
    this.signed = signed;
    this.services = services;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    Access access = Access.of(route);
    boolean needed =
        access == Access.SIGNED_URI
            || (ClusterFilter.isToCluster(route) && SignedUris.areNeeded(RequestPath.of(exchange)));
    boolean prefixed = ProxyAttributes.prefixed(exchange) != null;
    Binding binding = needed || prefixed ? bind(exchange) : null;
    // A prefix that is not right goes no further either: it would reach Trino, and its answers.
    boolean unsigned = (needed || prefixed) && binding == null;
    return switch (access) {
      case IDENTITY -> identified(exchange, route, unsigned, needed ? binding : null, chain);
      case SIGNED_URI, PUBLIC ->
          unsigned ? refuse(exchange, UNSIGNED, NONE) : chain.filter(clean(exchange, null));
    };
  }

  /** Where the signature of a request leads; null where it has none that is right. */
  private @Nullable Binding bind(ServerWebExchange exchange) {
    String prefixed = ProxyAttributes.prefixed(exchange);
    URI uri = exchange.getRequest().getURI();
    Binding binding =
        prefixed == null
            ? signed.read(uri.getRawPath(), uri.getRawQuery())
            : signed.readPrefix(prefixed, uri.getRawQuery());
    if (binding != null) {
      ProxyAttributes.binding(exchange, binding);
    }
    return binding;
  }

  private static Mono<Void> refuse(ServerWebExchange exchange, Refusal refusal, String source) {
    ProxyAttributes.decision(exchange, new Decision(refusal, source));
    return Mono.error(new RefusedException(refusal));
  }

  /**
   * @param unsigned whether a signature is missing
   * @param owned what only its owner may go on with; null where there is no such thing
   */
  private Mono<Void> identified(
      ServerWebExchange exchange,
      Route route,
      boolean unsigned,
      @Nullable Binding owned,
      GatewayFilterChain chain) {
    RouteService service = services.of(route);
    Approach own = approach(exchange.getRequest(), route.getId(), owned != null);
    Approach asking = service == null ? own : service.approach(exchange, own);
    if (service != null) {
      ProxyAttributes.recheck(exchange, Mono.defer(() -> gate.check(asking.later())));
    }
    return gate.check(asking)
        .flatMap(
            decision -> {
              ProxyAttributes.decision(exchange, decision);
              return switch (decision.verdict()) {
                case Identity identity -> {
                  Refusal objection = objection(identity, unsigned, owned);
                  yield objection == null
                      ? chain.filter(clean(exchange, identity))
                      : refuse(exchange, objection, decision.source());
                }
                case Refusal refusal -> Mono.error(new RefusedException(refusal));
              };
            });
  }

  private static @Nullable Refusal objection(
      Identity identity, boolean unsigned, @Nullable Binding owned) {
    if (unsigned) {
      return Refusal.of(Reason.UNSIGNED_URI, UNSIGNED.detail(), identity);
    }
    return owned == null || owned.isOf(Owner.of(identity))
        ? null
        : Refusal.of(Reason.NOT_THE_OWNER, "the query is somebody else's", identity);
  }

  private Approach approach(ServerHttpRequest request, String route, boolean late) {
    return new Approach(
        request.getMethod(),
        request.getHeaders(),
        () -> certificate(request),
        () -> address.client(request),
        route,
        () -> address.origin(request).toString(),
        late);
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
