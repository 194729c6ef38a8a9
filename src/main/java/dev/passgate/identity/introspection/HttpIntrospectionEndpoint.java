package dev.passgate.identity.introspection;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Asks with the JDK's client, which trusts what the JVM trusts. Follows no redirect, which would
 * show the token to somebody else, and reads at most {@value #MAX_BYTES} bytes.
 */
public final class HttpIntrospectionEndpoint implements IntrospectionEndpoint, AutoCloseable {

  static final int MAX_BYTES = 256 * 1024;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          .version(Version.HTTP_1_1)
          .build();

  @Override
  public Mono<Introspection> ask(URI uri, ClientCredentials asking, String token) {
    return Mono.defer(
        () -> {
          HttpRequest request = request(uri, asking, token);
          return Mono.create(sink -> exchange(request, sink));
        });
  }

  private static HttpRequest request(URI uri, ClientCredentials asking, String token) {
    String form = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return HttpRequest.newBuilder(uri)
        .header("Authorization", asking.authorization())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json")
        .POST(BodyPublishers.ofString(form + "&token_type_hint=access_token"))
        .build();
  }

  private void exchange(HttpRequest request, MonoSink<Introspection> sink) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    sink.onCancel(() -> exchange.cancel(true));
    var _ =
        exchange.whenComplete(
            (response, failure) ->
                // a value in both cases, as an error that nobody waits for is logged
                sink.success(failure == null ? answer(response) : failed(failure)));
  }

  private static Introspection answer(HttpResponse<byte[]> response) {
    return IntrospectionAnswer.read(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(null),
        response.body());
  }

  /** Types only: messages may quote what the provider sent. */
  private static Introspection failed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new Introspection.Unavailable(
        "the provider could not be asked (" + cause.getClass().getSimpleName() + ")");
  }

  /** Ends what is under way without waiting for it. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
