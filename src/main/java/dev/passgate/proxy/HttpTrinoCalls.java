package dev.passgate.proxy;

import dev.passgate.affinity.Owner;
import dev.passgate.cluster.Cluster;
import dev.passgate.failure.FailureMapping;
import dev.passgate.failure.RefusedException;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.proxy.ClusterTries.Repetition;
import dev.passgate.sql.AccessEndedException;
import dev.passgate.sql.TrinoCalls;
import dev.passgate.sql.TrinoException;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Calls a cluster as whoever sent a request, by the rules for what is proxied. Pages are got for
 * who would be let in with a poll.
 */
final class HttpTrinoCalls implements TrinoCalls {

  private static final String STATEMENTS = "/v1/statement";

  private final ServerWebExchange exchange;
  private final ClusterTries tries;
  private final List<HttpHeadersFilter> headersFilters;
  private final FailureMapping failures;
  private final HttpHeaders ofStatement;

  /**
   * @param exchange that is pointed at a cluster, and whose client may be gone while a query is
   *     cancelled for it
   * @param ofStatement what is said with the statement beside who asks
   */
  HttpTrinoCalls(
      ServerWebExchange exchange,
      HttpHeaders ofStatement,
      ClusterTries tries,
      List<HttpHeadersFilter> headersFilters,
      FailureMapping failures) {
    this.exchange = exchange;
    this.tries = tries;
    this.headersFilters = headersFilters;
    this.ofStatement = ofStatement;
    this.failures = failures;
  }

  @Override
  public Mono<Answer> post(String statement) {
    byte[] body = statement.getBytes(StandardCharsets.UTF_8);
    return send(Repetition.HARMFUL, HttpMethod.POST, STATEMENTS, ofStatement, body)
        // The query is there now, and nowhere else.
        .doOnSuccess(_ -> ProxyAttributes.choosable(exchange, null));
  }

  @Override
  public Mono<Answer> get(String uri) {
    return allowed()
        .then(
            Mono.defer(
                () ->
                    send(Repetition.HARMLESS, HttpMethod.GET, path(uri), HttpHeaders.EMPTY, null)));
  }

  @Override
  public Mono<Void> delete(String uri) {
    return send(Repetition.HARMLESS, HttpMethod.DELETE, path(uri), HttpHeaders.EMPTY, null)
        .flatMap(
            answer ->
                answer
                    .body()
                    .then(
                        answer.status() < 500
                            ? Mono.empty()
                            : Mono.error(TrinoException.ofStatus(answer.status()))));
  }

  /** Fails when who asked would not be let in any more. */
  private Mono<Void> allowed() {
    return ProxyAttributes.recheck(exchange)
        .flatMap(
            decision -> {
              Refusal refusal = objection(decision);
              if (refusal == null) {
                return Mono.empty();
              }
              ProxyAttributes.later(exchange, new Decision(refusal, decision.source()));
              return Mono.error(ended(refusal));
            });
  }

  private @Nullable Refusal objection(Decision decision) {
    return switch (decision.verdict()) {
      case Refusal refusal -> refusal;
      case Identity now -> {
        Identity then = Objects.requireNonNull(ProxyAttributes.identity(exchange));
        yield now.user().equals(then.user()) && Owner.of(now).equals(Owner.of(then))
            ? null
            : Refusal.of(Reason.NOT_THE_OWNER, "the credential is somebody else's by now", then);
      }
    };
  }

  private static RuntimeException ended(Refusal refusal) {
    RefusedException refused = new RefusedException(refusal);
    return switch (refusal.reason().kind()) {
      // Whether it would be let in cannot be said now, and may be in a moment.
      case UNAVAILABLE, LIMITED -> new TrinoException(refusal.detail(), refused);
      case UNAUTHENTICATED, FORBIDDEN -> new AccessEndedException(refusal.detail(), refused);
    };
  }

  private Mono<Answer> send(
      Repetition repetition,
      HttpMethod method,
      String path,
      HttpHeaders headers,
      byte @Nullable [] body) {
    return tries
        .send(exchange, repetition, () -> new Call(method, path, headers, body))
        .onErrorMap(this::worded);
  }

  private Throwable worded(Throwable failure) {
    String words = failures.words(failure);
    return words == null ? failure : new TrinoException(words, failure);
  }

  /** Of an address as the cluster gave it: what it calls itself is not always how it is reached. */
  private static String path(String uri) {
    URI given = URI.create(uri);
    String query = given.getRawQuery();
    return query == null ? given.getRawPath() : given.getRawPath() + "?" + query;
  }

  private final class Call implements ClusterTries.Try<Answer> {

    private final CallProgress progress = new CallProgress();
    private final HttpMethod method;
    private final String path;
    private final HttpHeaders headers;
    private final byte @Nullable [] body;

    Call(HttpMethod method, String path, HttpHeaders headers, byte @Nullable [] body) {
      this.method = method;
      this.path = path;
      this.headers = headers;
      this.body = body;
    }

    @Override
    public Mono<Answer> send(Cluster cluster, HttpClient client) {
      HttpHeaders said = HttpHeaders.copyOf(headers);
      said.set(HttpHeaders.ACCEPT_ENCODING, "identity");
      HttpHeaders identified =
          HttpHeadersFilter.filter(headersFilters, said, exchange, HttpHeadersFilter.Type.REQUEST);
      RequestSender sender = new RequestSender(identified, this::written);
      return progress
          .watched(
              client
                  .headers(sender::writeKept)
                  .request(method)
                  .uri(cluster.origin() + path)
                  .send(sender)
                  .responseConnection((response, connection) -> received(response, connection)))
          .single()
          .doFinally(_ -> sender.forget());
    }

    @Override
    public Setback setback(Throwable failure) {
      return progress.setback(failure);
    }

    private NettyOutbound written(NettyOutbound outbound) {
      outbound.withConnection(progress::begun);
      return body == null ? outbound : outbound.sendByteArray(Mono.just(body));
    }

    private Mono<Answer> received(HttpClientResponse response, Connection connection) {
      LeasedConnection leased = progress.answered(connection);
      Flux<byte[]> bytes =
          connection
              .inbound()
              .receive()
              .asByteArray()
              .doOnCancel(leased::dispose)
              .onErrorMap(HttpTrinoCalls.this::worded);
      return Mono.just(new Answer(response.status().code(), bytes));
    }
  }
}
