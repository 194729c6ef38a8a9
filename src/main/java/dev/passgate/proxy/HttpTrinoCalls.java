package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.sql.TrinoCalls;
import dev.passgate.sql.TrinoException;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** Calls a cluster as whoever sent a request. */
final class HttpTrinoCalls implements TrinoCalls {

  private final ServerWebExchange exchange;
  private final Cluster cluster;
  private final HttpClient client;
  private final IdentityHeadersFilter identity;

  /**
   * @param exchange that is pointed at the cluster, and whose client may be gone while a query is
   *     cancelled for it
   */
  HttpTrinoCalls(
      ServerWebExchange exchange,
      Cluster cluster,
      ClusterHttpClients clients,
      IdentityHeadersFilter identity) {
    this.exchange = exchange;
    this.cluster = cluster;
    this.client = clients.of(cluster, true);
    this.identity = identity;
  }

  @Override
  public Mono<Answer> post(String statement, Map<String, String> headers) {
    HttpHeaders said = new HttpHeaders();
    headers.forEach(said::set);
    return answer(
        headed(said)
            .post()
            .uri(cluster.origin() + "/v1/statement")
            .send(
                Mono.fromSupplier(() -> Unpooled.copiedBuffer(statement, StandardCharsets.UTF_8))));
  }

  @Override
  public Mono<Answer> get(String uri) {
    return answer(headed(new HttpHeaders()).get().uri(at(uri)));
  }

  @Override
  public Mono<Void> delete(String uri) {
    return headed(new HttpHeaders())
        .delete()
        .uri(at(uri))
        .response((_, body) -> body.then())
        .then();
  }

  private HttpClient headed(HttpHeaders said) {
    said.set(HttpHeaders.ACCEPT_ENCODING, "identity");
    HttpHeaders headers = identity.filter(said, exchange);
    return client.headers(
        all -> headers.forEach((name, values) -> values.forEach(value -> all.add(name, value))));
  }

  /** What a cluster calls itself is not always how it is reached. */
  private String at(String uri) {
    URI given = URI.create(uri);
    String query = given.getRawQuery();
    return cluster.origin() + given.getRawPath() + (query == null ? "" : "?" + query);
  }

  private static Mono<Answer> answer(HttpClient.ResponseReceiver<?> call) {
    return call.responseConnection(
            (response, connection) -> {
              LeasedConnection leased = new LeasedConnection(connection);
              Flux<byte[]> body =
                  connection
                      .inbound()
                      .receive()
                      .asByteArray()
                      .onErrorMap(IOException.class, HttpTrinoCalls::broken)
                      .doOnCancel(leased::dispose);
              return Mono.just(new Answer(response.status().code(), retryAfter(response), body))
                  .doOnDiscard(Answer.class, _ -> leased.dispose());
            })
        .next()
        .onErrorMap(IOException.class, HttpTrinoCalls::broken);
  }

  /** A connection that cannot be made is one of these too. */
  private static TrinoException broken(Throwable failure) {
    return new TrinoException("the connection to the Trino cluster broke", failure);
  }

  private static @Nullable Integer retryAfter(HttpClientResponse response) {
    String value = response.responseHeaders().get(HttpHeaders.RETRY_AFTER);
    return value != null && value.matches("\\d{1,5}") ? Integer.valueOf(value) : null;
  }
}
