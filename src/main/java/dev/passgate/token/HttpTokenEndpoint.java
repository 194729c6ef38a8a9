package dev.passgate.token;

import dev.passgate.identity.http.ProviderClient;
import dev.passgate.token.TokenOutcome.Unavailable;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import reactor.core.publisher.Mono;

/** Asks over HTTP, and reads at most {@value #MAX_BYTES} bytes. */
final class HttpTokenEndpoint implements TokenEndpoint, AutoCloseable {

  static final int MAX_BYTES = 256 * 1024;

  private final ProviderClient client = new ProviderClient();

  @Override
  public Mono<TokenOutcome> ask(URI uri, TokenRequest request) {
    return Mono.defer(() -> client.send(http(uri, request), MAX_BYTES))
        .map(HttpTokenEndpoint::answer)
        .onErrorResume(Exception.class, failure -> Mono.just(failed(failure)));
  }

  private static HttpRequest http(URI uri, TokenRequest request) {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(request.form()));
    if (request.authorization() != null) {
      http.header("Authorization", request.authorization());
    }
    return http.build();
  }

  private static TokenOutcome answer(HttpResponse<byte[]> response) {
    return TokenAnswer.read(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(null),
        response.body());
  }

  /** Types only: messages may quote what the provider sent. */
  private static TokenOutcome failed(Exception failure) {
    return new Unavailable(failure.getClass().getSimpleName());
  }

  @Override
  public void close() {
    client.close();
  }
}
