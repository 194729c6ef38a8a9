package dev.passgate.identity.http;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Asks with the JDK's client, which trusts what the JVM trusts. Follows no redirect, which would
 * show what is asked to somebody else.
 *
 * <p>The JDK's client reads the trusted certificates when it is made, so it is made when it is
 * first needed, on a thread that may block.
 */
public final class ProviderClient implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final AtomicReference<@Nullable HttpClient> made = new AtomicReference<>();
  private final Mono<HttpClient> client =
      Mono.fromCallable(this::make).subscribeOn(Schedulers.boundedElastic()).cache();
  private volatile boolean closed;

  private HttpClient make() {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .version(Version.HTTP_1_1)
            .build();
    made.set(client);
    if (closed) {
      client.shutdownNow();
    }
    return client;
  }

  /**
   * Sends a request and reads at most {@code maxBytes} of the answer. Fails with what the JDK's
   * client fails with, whose messages may quote the provider. Does not block; the caller limits the
   * time by cancelling, which ends the exchange.
   */
  public Mono<HttpResponse<byte[]>> send(HttpRequest request, int maxBytes) {
    return client.flatMap(
        it ->
            Mono.<Ended>create(sink -> exchange(it, request, maxBytes, sink))
                .handle(
                    (ended, sink) -> {
                      if (ended.response() != null) {
                        sink.next(ended.response());
                      } else if (ended.failure() != null) {
                        sink.error(ended.failure());
                      }
                    }));
  }

  /** How an exchange ended: a value in both cases, as an error that nobody waits for is logged. */
  private record Ended(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {}

  private static void exchange(
      HttpClient client, HttpRequest request, int maxBytes, MonoSink<Ended> sink) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
    sink.onCancel(() -> exchange.cancel(true));
    var _ =
        exchange.whenComplete(
            (response, failure) -> sink.success(new Ended(response, cause(failure))));
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Ends what is under way without waiting for it. */
  @Override
  public void close() {
    closed = true;
    HttpClient client = made.get();
    if (client != null) {
      client.shutdownNow();
    }
  }
}
