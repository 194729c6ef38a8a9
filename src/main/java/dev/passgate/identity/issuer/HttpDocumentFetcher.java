package dev.passgate.identity.issuer;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Gets documents with the JDK's client, which trusts what the JVM trusts. */
final class HttpDocumentFetcher implements DocumentFetcher, AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          .version(Version.HTTP_1_1)
          .build();

  @Override
  public Mono<Document> get(URI uri) {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build();
    return Mono.<Ended>create(sink -> exchange(request, sink))
        .handle(
            (ended, sink) -> {
              if (ended.document() != null) {
                sink.next(ended.document());
              } else if (ended.failure() != null) {
                sink.error(ended.failure());
              }
            });
  }

  /** How an exchange ended: a value in both cases, as an error that nobody waits for is logged. */
  private record Ended(@Nullable Document document, @Nullable Throwable failure) {}

  private void exchange(HttpRequest request, MonoSink<Ended> sink) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    sink.onCancel(() -> exchange.cancel(true));
    var _ =
        exchange.whenComplete(
            (response, failure) ->
                sink.success(
                    failure == null
                        ? new Ended(new Document(response.statusCode(), response.body()), null)
                        : new Ended(null, cause(failure))));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Ends what is under way without waiting for it. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
