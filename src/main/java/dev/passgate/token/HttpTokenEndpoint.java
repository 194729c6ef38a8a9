package dev.passgate.token;

import dev.passgate.token.TokenOutcome.Unavailable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Asks with the JDK's client, which trusts what the JVM trusts. Follows no redirect, which would
 * show the client's secret to somebody else, and reads at most {@value #MAX_BYTES} bytes.
 */
final class HttpTokenEndpoint implements TokenEndpoint, AutoCloseable {

  static final int MAX_BYTES = 256 * 1024;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          .version(Version.HTTP_1_1)
          .build();

  @Override
  public Mono<TokenOutcome> ask(URI uri, TokenRequest request) {
    return Mono.defer(
        () -> {
          HttpRequest http = http(uri, request);
          return Mono.create(sink -> exchange(http, sink));
        });
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

  private void exchange(HttpRequest request, MonoSink<TokenOutcome> sink) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    sink.onCancel(() -> exchange.cancel(true));
    var _ =
        exchange.whenComplete(
            (response, failure) ->
                // a value in both cases, as an error that nobody waits for is logged
                sink.success(failure == null ? answer(response) : failed(failure)));
  }

  private static TokenOutcome answer(HttpResponse<byte[]> response) {
    return TokenAnswer.read(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(null),
        response.body());
  }

  /** Types only: messages may quote what the provider sent. */
  private static TokenOutcome failed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new Unavailable(cause.getClass().getSimpleName());
  }

  /** Ends what is under way without waiting for it. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
