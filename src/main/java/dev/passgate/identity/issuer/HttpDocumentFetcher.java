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
import java.util.concurrent.atomic.AtomicBoolean;
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
    return Mono.create(sink -> exchange(request, sink));
  }

  /** Not {@link Mono#fromFuture}, which logs an error for each exchange that is cancelled. */
  private void exchange(HttpRequest request, MonoSink<Document> sink) {
    AtomicBoolean cancelled = new AtomicBoolean();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    sink.onCancel(
        () -> {
          cancelled.set(true);
          exchange.cancel(true);
        });
    var _ =
        exchange.whenComplete(
            (response, failure) -> {
              if (failure == null) {
                sink.success(new Document(response.statusCode(), response.body()));
              } else if (!cancelled.get()) {
                sink.error(
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure);
              }
            });
  }

  /** Ends what is under way without waiting for it. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
