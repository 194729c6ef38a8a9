package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.failure.RequestException;
import dev.passgate.limit.LimitProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class RequestBodyFilterTest {

  private static final String MESSAGE =
      "the request's body is larger than 4 bytes (passgate.limits.request-body)";

  private final BufferPool pool = BufferPool.direct();
  private final List<Integer> forwarded = new ArrayList<>();
  private final RequestBodyFilter filter =
      new RequestBodyFilter(
          new LimitProperties(
              DataSize.ofBytes(4),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1)));

  /** Reads the body, as the client of the cluster does. */
  private final GatewayFilterChain chain =
      exchange ->
          exchange
              .getRequest()
              .getBody()
              .doOnNext(
                  buffer -> {
                    forwarded.add(buffer.readableByteCount());
                    DataBufferUtils.release(buffer);
                  })
              .then();

  @AfterEach
  void everyBufferWentBack() {
    pool.assertAllReleased();
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 1_000, Long.MAX_VALUE})
  void rejectsABodyThatIsDeclaredTooLargeWithoutReadingIt(long length) {
    TestPublisher<DataBuffer> body = TestPublisher.create();
    MockServerWebExchange exchange =
        MockServerWebExchange.from(
            MockServerHttpRequest.post("/v1/statement").contentLength(length).body(body.flux()));

    StepVerifier.create(filter.filter(exchange, chain)).verifyErrorSatisfies(this::isTooLarge);
    body.assertWasNotSubscribed();
  }

  @Test
  void letsADeclaredBodyOfExactlyTheLimitPass() {
    MockServerWebExchange exchange =
        MockServerWebExchange.from(
            MockServerHttpRequest.post("/v1/statement")
                .contentLength(4)
                .body(Flux.just(pool.buffer("ab"), pool.buffer("cd"))));

    StepVerifier.create(filter.filter(exchange, chain)).verifyComplete();
    assertThat(forwarded).containsExactly(2, 2);
  }

  @Test
  void letsAnUndeclaredBodyOfExactlyTheLimitPass() {
    StepVerifier.create(filter.filter(chunked("ab", "cd"), chain)).verifyComplete();
    assertThat(forwarded).containsExactly(2, 2);
  }

  @Test
  void letsNoBodyPass() {
    StepVerifier.create(filter.filter(TestExchanges.get("/v1/info"), chain)).verifyComplete();
    assertThat(forwarded).isEmpty();
  }

  @Test
  void cutsAnUndeclaredBodyAtTheBufferThatIsTooMuch() {
    StepVerifier.create(filter.filter(chunked("ab", "cd", "e"), chain))
        .verifyErrorSatisfies(this::isTooLarge);
    assertThat(forwarded).containsExactly(2, 2);
  }

  @Test
  void rejectsAnUndeclaredBodyOfOneLargeBuffer() {
    StepVerifier.create(filter.filter(chunked("abcde"), chain))
        .verifyErrorSatisfies(this::isTooLarge);
    assertThat(forwarded).isEmpty();
  }

  @Test
  void stopsReadingFromTheClientOnceItIsTooMuch() {
    TestPublisher<DataBuffer> body = TestPublisher.create();
    MockServerWebExchange exchange =
        MockServerWebExchange.from(MockServerHttpRequest.post("/v1/statement").body(body.flux()));

    StepVerifier.create(filter.filter(exchange, chain))
        .then(() -> body.next(pool.buffer("abcde")))
        .expectErrorSatisfies(this::isTooLarge)
        .verify(Duration.ofSeconds(20));
    body.assertCancelled();
  }

  private MockServerWebExchange chunked(String... parts) {
    return MockServerWebExchange.from(
        MockServerHttpRequest.post("/v1/statement")
            .header("Transfer-Encoding", "chunked")
            .body(Flux.just(parts).map(pool::buffer)));
  }

  private void isTooLarge(Throwable failure) {
    assertThat(failure).isInstanceOf(RequestException.class).hasMessage(MESSAGE);
  }
}
