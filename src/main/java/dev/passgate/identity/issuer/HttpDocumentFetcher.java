package dev.passgate.identity.issuer;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import reactor.core.publisher.Mono;

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
    return Mono.fromFuture(
            () ->
                client.sendAsync(
                    request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES)))
        .map(response -> new Document(response.statusCode(), response.body()));
  }

  /** Ends what is under way without waiting for it. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
