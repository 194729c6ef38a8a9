package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RecordingOrigin;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.resources.ConnectionProvider;

final class LeasedConnectionTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final RecordingOrigin origin = RecordingOrigin.start();
  private final ConnectionProvider provider = ConnectionProvider.create("test", 1);

  @AfterEach
  void close() {
    provider.disposeLater().block(LIMIT);
    origin.close();
  }

  /**
   * Whether the second of two requests goes well, on the connection of the first, whose client
   * leaves while the connection is given back.
   */
  private boolean secondIsUndisturbed(UnaryOperator<Connection> lease) {
    AtomicReference<Disposable> leased = new AtomicReference<>(() -> {});
    HttpClient client =
        HttpClient.create(provider)
            .observe(
                (_, state) -> {
                  if (ConnectionObserver.State.RELEASED.equals(state)) {
                    // As the thread of the client's connection would, just then.
                    CompletableFuture.runAsync(leased.getAndSet(() -> {})::dispose)
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join();
                  }
                });
    for (int i = 0; i < 2; i++) {
      client
          .get()
          .uri(origin.uri())
          .responseConnection(
              (_, connection) -> {
                Connection held = lease.apply(connection);
                leased.set(held);
                return held.inbound().receive().then();
              })
          .then()
          .block(LIMIT);
    }
    return origin.connectionsAccepted() == 1;
  }

  @Test
  void keepsAConnectionThatBroughtItsWholeAnswer() {
    assertThat(secondIsUndisturbed(LeasedConnection::new)).isTrue();
  }

  /** What it is for; if this fails, Reactor Netty does it right, and nobody else has to. */
  @Test
  void isNeededAsReactorNettyClosesWhatItHasGivenBack() {
    try {
      assertThat(secondIsUndisturbed(UnaryOperator.identity())).isFalse();
    } catch (RuntimeException e) {
      assertThat(e).hasCauseInstanceOf(PrematureCloseException.class);
    }
  }
}
