package dev.passgate.identity.issuer;

import dev.passgate.identity.http.ProviderClient;
import java.net.URI;
import java.net.http.HttpRequest;
import reactor.core.publisher.Mono;

/** Gets documents over HTTP. */
final class HttpDocumentFetcher implements DocumentFetcher, AutoCloseable {

  private final ProviderClient client = new ProviderClient();

  @Override
  public Mono<Document> get(URI uri) {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build();
    return client
        .send(request, MAX_BYTES)
        .map(response -> new Document(response.statusCode(), response.body()));
  }

  @Override
  public void close() {
    client.close();
  }
}
