package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import dev.passgate.cluster.Cluster;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.util.List;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** One try to have the request of an exchange answered by a cluster. */
final class ClusterCall implements ClusterTries.Try<Void> {

  private final ServerWebExchange exchange;
  private final List<HttpHeadersFilter> headersFilters;
  private final boolean withBody;
  private final CallProgress progress = new CallProgress();
  private volatile boolean bodyBroken;

  /**
   * @param withBody whether the request's body is read and sent; it can be read once only
   */
  ClusterCall(
      ServerWebExchange exchange, List<HttpHeadersFilter> headersFilters, boolean withBody) {
    this.exchange = exchange;
    this.headersFilters = headersFilters;
    this.withBody = withBody;
  }

  @Override
  public Setback setback(Throwable failure) {
    // A body that broke is the client's.
    return bodyBroken ? Setback.OTHER : progress.setback(failure);
  }

  /** Ends when the head of the answer is there, and its body yet to be read. */
  @Override
  public Mono<Void> send(Cluster cluster, HttpClient client) {
    URI uri = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
    HttpHeaders filtered = HttpHeadersFilter.filterRequest(headersFilters, exchange);
    RequestSender sender = new RequestSender(forCluster(filtered), this::body);
    return progress
        .watched(
            client
                .headers(sender::writeKept)
                .request(HttpMethod.valueOf(exchange.getRequest().getMethod().name()))
                .uri(uri.toASCIIString())
                .send(sender)
                .responseConnection((response, connection) -> received(response, connection)))
        .then()
        .doFinally(_ -> sender.forget());
  }

  private HttpHeaders forCluster(HttpHeaders filtered) {
    HttpHeaders headers = HttpHeaders.copyOf(filtered);
    // Reactor Netty's, from the URI.
    headers.remove(HttpHeaders.HOST);
    if (exchange.getAttributeOrDefault(PRESERVE_HOST_HEADER_ATTRIBUTE, false)) {
      String host = exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST);
      if (host != null) {
        headers.set(HttpHeaders.HOST, host);
      }
    }
    return headers;
  }

  private Publisher<Void> body(NettyOutbound outbound) {
    outbound.withConnection(progress::begun);
    return withBody
        ? outbound.send(
            exchange
                .getRequest()
                .getBody()
                .doOnError(_ -> bodyBroken = true)
                .map(NettyDataBufferFactory::toByteBuf))
        : outbound;
  }

  private Mono<HttpClientResponse> received(HttpClientResponse answer, Connection connection) {
    exchange.getAttributes().put(CLIENT_RESPONSE_ATTR, answer);
    exchange.getAttributes().put(CLIENT_RESPONSE_CONN_ATTR, progress.answered(connection));
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = new HttpHeaders();
    answer.responseHeaders().forEach(header -> headers.add(header.getKey(), header.getValue()));
    String contentType = headers.getFirst(HttpHeaders.CONTENT_TYPE);
    if (contentType != null && !contentType.isEmpty()) {
      exchange.getAttributes().put(ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR, contentType);
    }
    // Before the headers are filtered, which depends on it.
    response.setStatusCode(HttpStatusCode.valueOf(answer.status().code()));
    HttpHeaders passed =
        HttpHeadersFilter.filter(
            headersFilters, headers, exchange, HttpHeadersFilter.Type.RESPONSE);
    exchange.getAttributes().put(CLIENT_RESPONSE_HEADER_NAMES, passed.headerNames());
    response.getHeaders().addAll(passed);
    return Mono.just(answer);
  }
}
