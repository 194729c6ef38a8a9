package dev.passgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Poll;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.token.TokenOutcome.Granted;
import dev.passgate.token.TokenOutcome.Unavailable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Against a provider on a real socket. */
class HttpTokenEndpointTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String GRANTED = "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}";
  private static final TokenRequest REQUEST =
      new TokenRequest(
          "client_credentials", Map.of("grant_type", "client_credentials"), "Basic Y2xpOnM=");

  private final RecordingOrigin provider = RecordingOrigin.start();
  private final HttpTokenEndpoint endpoint = new HttpTokenEndpoint();

  @AfterEach
  void close() {
    endpoint.close();
    provider.close();
  }

  private TokenOutcome ask(URI uri) {
    return endpoint.ask(uri, REQUEST).blockOptional(LIMIT).orElseThrow();
  }

  @Test
  void asksOnceAsTheClientDoes() {
    provider.enqueue(OriginResponse.json(GRANTED));

    assertThat(ask(provider.uri().resolve("/token")))
        .isEqualTo(new Granted(Map.of("access_token", "t", "token_type", "Bearer")));
    assertThat(provider.requests())
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.startLine()).isEqualTo("POST /token HTTP/1.1");
              assertThat(request.headers("Authorization")).containsExactly("Basic Y2xpOnM=");
              assertThat(request.body()).isEqualTo("grant_type=client_credentials");
            });
  }

  /** The JDK's client could answer a challenge by itself. */
  @Test
  void asksNotAgainAfterAChallenge() {
    provider.respondWith(
        _ ->
            OriginResponse.of(
                401,
                "{\"error\":\"invalid_client\"}",
                "Content-Type: application/json",
                "WWW-Authenticate: Basic realm=\"x\""));

    assertThat(ask(provider.uri()))
        .isEqualTo(new TokenOutcome.Denied(401, "invalid_client", null, null));
    assertThat(provider.requests()).hasSize(1);
  }

  @Test
  void sendsTheSecretNowhereElse() {
    try (RecordingOrigin other = RecordingOrigin.start()) {
      provider.respondWith(_ -> OriginResponse.of(307, "", "Location: " + other.uri()));

      assertThat(ask(provider.uri())).isEqualTo(new Unavailable("status 307"));
      assertThat(other.connectionsAccepted()).isZero();
    }
  }

  @Test
  void readsNoMoreThanItsBound() {
    provider.respondWith(
        _ -> OriginResponse.json(GRANTED + " ".repeat(HttpTokenEndpoint.MAX_BYTES)));

    assertThat(ask(provider.uri())).isInstanceOf(Unavailable.class);
  }

  @Test
  void endsTheExchangeThatNobodyWaitsFor() {
    CountDownLatch gate = new CountDownLatch(1);
    provider.respondWith(_ -> OriginResponse.raw("HTTP/1.1 200 OK\r\n").thenAwait(gate));

    Disposable asking = endpoint.ask(provider.uri(), REQUEST).subscribe();
    provider.awaitRequests(1, LIMIT);
    asking.dispose();
    gate.countDown();

    Poll.until("the end of the connection", LIMIT, () -> provider.connectionsOpen() == 0);
  }
}
