package dev.passgate.identity.introspection;

import dev.passgate.identity.http.ProviderClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/** Asks over HTTP, and reads at most {@value #MAX_BYTES} bytes. */
public final class HttpIntrospectionEndpoint implements IntrospectionEndpoint, AutoCloseable {

  static final int MAX_BYTES = 256 * 1024;

  private final ProviderClient client = new ProviderClient();

  @Override
  public Mono<Introspection> ask(URI uri, ClientCredentials asking, String token) {
    return Mono.defer(() -> client.send(request(uri, asking, token), MAX_BYTES))
        .map(HttpIntrospectionEndpoint::answer)
        .onErrorResume(Exception.class, failure -> Mono.just(failed(failure)));
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

  private static Introspection answer(HttpResponse<byte[]> response) {
    return IntrospectionAnswer.read(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(null),
        response.body());
  }

  /** Types only: messages may quote what the provider sent. */
  private static Introspection failed(Exception failure) {
    return new Introspection.Unavailable(
        "the provider could not be asked (" + failure.getClass().getSimpleName() + ")");
  }

  @Override
  public void close() {
    client.close();
  }
}
