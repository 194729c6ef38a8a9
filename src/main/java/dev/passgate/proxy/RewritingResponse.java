package dev.passgate.proxy;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.affinity.SignedUris;
import dev.passgate.cluster.Cluster;
import dev.passgate.failure.ClusterException;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.RequestMetrics;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.QueryIdFinder;
import dev.passgate.protocol.UriTooLongException;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answer to the client, in which the cluster's URIs become the gateway's. Nothing is collected:
 * a buffer leaves as soon as it came, and demand goes through to the cluster's connection.
 */
final class RewritingResponse extends ServerHttpResponseDecorator {

  private final ServerWebExchange exchange;
  private final ExternalAddress address;
  private final SignedUris signed;
  private final CoordinatorIds ids;
  private final RequestMetrics metrics;
  private final QueryTracking tracking;

  RewritingResponse(
      ServerWebExchange exchange,
      ExternalAddress address,
      SignedUris signed,
      CoordinatorIds ids,
      RequestMetrics metrics,
      QueryTracking tracking) {
    super(exchange.getResponse());
    this.signed = signed;
    this.ids = ids;
    this.exchange = exchange;
    this.address = address;
    this.metrics = metrics;
    this.tracking = tracking;
  }

  @Override
  public Mono<Void> writeWith(Publisher<? extends DataBuffer> received) {
    Flux<DataBuffer> body =
        Flux.<DataBuffer>from(received).onErrorMap(IOException.class, _ -> broken());
    Cluster cluster = ProxyAttributes.cluster(exchange);
    if (cluster == null) {
      return super.writeWith(OrderedBody.of(body));
    }
    Flux<DataBuffer> counted = counted(body, metrics.responseBytes(cluster.name()));
    try {
      if (!hasContent()
          || !Rewriting.isNeeded(exchange, cluster)
          || !Rewriting.isJson(contentType())) {
        return super.writeWith(OrderedBody.of(counted));
      }
    } catch (ClusterException e) {
      return Mono.error(e);
    }
    if (isEncoded(getHeaders())) {
      // Unread, it could not be rewritten, and would tell the client the cluster's address.
      return Mono.error(
          new ClusterException(
              HttpStatus.BAD_GATEWAY, "the Trino cluster sent a compressed answer"));
    }
    // Neither would leave the end of the connection as the end of the answer: each answer would
    // cost a connection, and one that was cut would look whole (RFC 9112, section 6.3).
    getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
    getHeaders().set(HttpHeaders.TRANSFER_ENCODING, "chunked");
    return super.writeWith(OrderedBody.of(rewritten(counted, cluster)));
  }

  @Override
  public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
    return writeWith(Flux.from(body).concatMap(part -> part));
  }

  /**
   * Spring takes an IOException such as a reset for the client's going away, and would then end an
   * answer that the cluster cut as if it were whole.
   */
  private static ClusterException broken() {
    return new ClusterException(
        HttpStatus.BAD_GATEWAY, "the connection to the Trino cluster broke");
  }

  /** RFC 9110, section 6.4.1. */
  private boolean hasContent() {
    return !HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
        && !HttpStatus.NO_CONTENT.equals(getStatusCode())
        && !HttpStatus.NOT_MODIFIED.equals(getStatusCode());
  }

  private @Nullable MediaType contentType() {
    try {
      return getHeaders().getContentType();
    } catch (InvalidMediaTypeException _) {
      // It may be JSON with the cluster's address in it.
      throw new ClusterException(
          HttpStatus.BAD_GATEWAY, "the Trino cluster sent an answer of no readable type");
    }
  }

  private static boolean isEncoded(HttpHeaders headers) {
    return headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING).stream()
        .map(String::strip)
        .anyMatch(encoding -> !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity"));
  }

  private static Flux<DataBuffer> counted(Flux<DataBuffer> body, Counter bytes) {
    return body.doOnNext(buffer -> bytes.increment(buffer.readableByteCount()));
  }

  private void found(Cluster cluster, @Nullable QueryId query) {
    if (query != null) {
      ProxyAttributes.queryId(exchange, query);
      ids.learn(cluster, query);
    }
  }

  private Flux<DataBuffer> rewritten(Flux<DataBuffer> body, Cluster cluster) {
    return Flux.defer(
            () -> {
              QueryIdFinder mapping =
                  new QueryIdFinder(
                      signed.mapping(
                          cluster,
                          address.origin(ProxyAttributes.received(exchange)),
                          ProxyAttributes.owner(exchange)));
              BufferRewriter rewriter =
                  new BufferRewriter(
                      Rewriting.rewriter(RequestPath.of(exchange), mapping), bufferFactory());
              return body.<DataBuffer>handle(
                      (buffer, sink) -> {
                        DataBuffer next = rewriter.next(buffer);
                        if (next != null) {
                          sink.next(next);
                        }
                      })
                  .concatWith(Mono.fromSupplier(rewriter::last))
                  .onErrorMap(
                      UriTooLongException.class,
                      e ->
                          new ClusterException(
                              HttpStatus.BAD_GATEWAY,
                              "the Trino cluster sent an address that is too long: " + e.field()))
                  .doOnComplete(
                      () -> {
                        found(cluster, mapping.queryId());
                        tracking.read(exchange, mapping);
                      });
            })
        .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
  }
}
