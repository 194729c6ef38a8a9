package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Poll;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RecordingOrigin;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

final class ClusterCallTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final RecordingOrigin origin = RecordingOrigin.start();
  private final ConnectionProvider provider = ConnectionProvider.create("test", 1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<Disposable> call = new AtomicReference<>();
  private final CountDownLatch begun = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    provider.disposeLater().block(LIMIT);
    origin.close();
  }

  /** Called with the head of an answer in hand; the client's own thread then sees it leave. */
  private final class LeavingAtTheHead implements HttpHeadersFilter {

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
      CompletableFuture.runAsync(
              () -> {
                try {
                  assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                call.get().dispose();
              })
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
      return headers;
    }

    @Override
    public boolean supports(Type type) {
      return type == Type.RESPONSE;
    }
  }

  @Test
  void endsAnAnswerWhoseClientLeavesAsItsHeadComes() {
    origin.enqueue(
        OriginResponse.chunked(200, "Content-Type: text/plain")
            .thenChunk("the first of it")
            .thenAwait(end));
    ServerWebExchange exchange = TestExchanges.get("/v1/info");
    exchange
        .getAttributes()
        .put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, origin.uri().resolve("/v1/info"));

    call.set(
        new ClusterCall(exchange, List.of(new LeavingAtTheHead()), false)
            .send(TestExchanges.CLUSTER, HttpClient.create(provider))
            .subscribe());
    begun.countDown();

    Poll.until(
        "the connection to be closed",
        LIMIT,
        () ->
            exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR)
                    instanceof Connection used
                && !used.channel().isActive());
  }

  /** What an exchange and a credential of its request were. */
  private List<WeakReference<?>> answered() {
    String credential = "Bearer " + UUID.randomUUID();
    HttpHeadersFilter trusted =
        (headers, _) -> {
          HttpHeaders said = HttpHeaders.copyOf(headers);
          said.set(HttpHeaders.AUTHORIZATION, credential);
          return said;
        };
    ServerWebExchange exchange = TestExchanges.get("/v1/info");
    exchange
        .getAttributes()
        .put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, origin.uri().resolve("/v1/info"));
    new ClusterCall(exchange, List.of(trusted), false)
        .send(TestExchanges.CLUSTER, HttpClient.create(provider))
        .block(LIMIT);
    Connection used =
        exchange.getRequiredAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
    used.inbound().receive().then().block(LIMIT);
    assertThat(origin.requests().getLast().headers("Authorization")).containsExactly(credential);
    return List.of(new WeakReference<>(exchange), new WeakReference<>(credential));
  }

  /** It has a credential, and the pool that was made for it stays. */
  @Test
  void isForgottenWhenItHasBeenAnswered() {
    origin.respondWith(_ -> OriginResponse.of(200, "{}"));
    List<WeakReference<?>> first = answered();

    Poll.until(
        "the exchange and its credential to be garbage",
        LIMIT,
        () -> {
          System.gc();
          return first.stream().allMatch(each -> each.get() == null);
        });
    answered();
    assertThat(origin.connectionsAccepted()).as("the pool is in use").isEqualTo(1);
  }
}
