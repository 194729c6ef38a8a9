package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** One try to have a request answered by a cluster, and how far it got. */
final class ClusterCall {

  private final ServerWebExchange exchange;
  private final List<HttpHeadersFilter> headersFilters;
  private final boolean withBody;
  private final AtomicBoolean sent = new AtomicBoolean();
  private volatile boolean answered;
  private volatile boolean bodyBroken;
  private volatile @Nullable Channel channel;
  private volatile @Nullable LeasedConnection leased;

  /**
   * @param withBody whether the request's body is read and sent; it can be read once only
   */
  ClusterCall(
      ServerWebExchange exchange, List<HttpHeadersFilter> headersFilters, boolean withBody) {
    this.exchange = exchange;
    this.headersFilters = headersFilters;
    this.withBody = withBody;
  }

  /** What a failure of {@link #send} stands for. */
  Setback setback(Throwable failure) {
    // After the head of an answer the client has seen it, and a body that broke is the client's.
    return answered || bodyBroken ? Setback.OTHER : Setback.of(failure, sent.get());
  }

  /** Sends the request. Ends when the head of the answer is there, and its body yet to be read. */
  Mono<Void> send(HttpClient client) {
    URI uri = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
    HttpHeaders filtered = HttpHeadersFilter.filterRequest(headersFilters, exchange);
    return client
        .headers(headers -> write(filtered, headers))
        .request(HttpMethod.valueOf(exchange.getRequest().getMethod().name()))
        .uri(uri.toASCIIString())
        .send((_, outbound) -> body(outbound))
        .responseConnection((response, connection) -> received(response, connection))
        .doOnCancel(this::release)
        .cancelOn(loop())
        .then();
  }

  private void write(HttpHeaders filtered, io.netty.handler.codec.http.HttpHeaders headers) {
    filtered.forEach(headers::set);
    // Reactor Netty's, from the URI.
    headers.remove(HttpHeaders.HOST);
    if (exchange.getAttributeOrDefault(PRESERVE_HOST_HEADER_ATTRIBUTE, false)) {
      String host = exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST);
      if (host != null) {
        headers.set(HttpHeaders.HOST, host);
      }
    }
  }

  private Publisher<Void> body(NettyOutbound outbound) {
    outbound.withConnection(
        connection -> {
          channel = connection.channel();
          SentMark.expect(connection.channel(), sent);
        });
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
    answered = true;
    exchange.getAttributes().put(CLIENT_RESPONSE_ATTR, answer);
    // Whoever writes the answer closes it when the client leaves.
    LeasedConnection held = new LeasedConnection(connection);
    leased = held;
    exchange.getAttributes().put(CLIENT_RESPONSE_CONN_ATTR, held);
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

  /**
   * The client left as the head came: too late for Reactor Netty, which has handed the answer over,
   * and too early for who would write it.
   */
  private void release() {
    LeasedConnection held = leased;
    if (held != null) {
      held.dispose();
    }
  }

  /**
   * Where a client's leaving ends the call: for the reason that {@link LeasedConnection} has, the
   * event loop of the connection, once there is one.
   */
  private Scheduler loop() {
    return Schedulers.fromExecutor(
        task -> {
          Channel used = channel;
          if (used == null) {
            task.run();
          } else {
            used.eventLoop().execute(task);
          }
        });
  }
}
