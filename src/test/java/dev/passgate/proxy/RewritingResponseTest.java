package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.affinity.TestSignatures;
import dev.passgate.failure.ClusterException;
import dev.passgate.listener.TestAddresses;
import dev.passgate.observe.TestMetrics;
import dev.passgate.protocol.JsonUriRewriter;
import dev.passgate.protocol.QueryId;
import dev.passgate.query.QueryEvents;
import dev.passgate.query.RunningQueries;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class RewritingResponseTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String ID = "20260301_101530_00001_abcde";
  private static final String DOCUMENT =
      "{\"nextUri\":\"http://trino:8080/v1/statement/queued/" + ID + "/y/1\",\"data\":[]}";
  private static final String REWRITTEN =
      "{\"nextUri\":\"https://gateway.example/v1/statement/queued/"
          + ID
          + "/y/1?pg=*\",\"data\":[]}";

  private final BufferPool pool = BufferPool.direct();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RunningQueries running =
      new RunningQueries(InstantSource.system(), QueryEvents.NONE);
  private final MockServerHttpResponse client = new MockServerHttpResponse(pool);

  @AfterEach
  void everyBufferWentBack() {
    pool.assertAllReleased();
  }

  @Test
  void rewritesTheAnswerOfAStatement() {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    response.getHeaders().setContentLength(DOCUMENT.length());

    StepVerifier.create(response.writeWith(Flux.just(pool.buffer(DOCUMENT))))
        .expectComplete()
        .verify(LIMIT);

    assertThat(body()).isEqualTo(REWRITTEN);
    assertThat(client.getHeaders().containsHeader(HttpHeaders.CONTENT_LENGTH)).isFalse();
  }

  @Test
  void rewritesWhatIsFlushedInParts() {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);

    StepVerifier.create(
            response.writeAndFlushWith(
                Flux.just(
                    Flux.just(pool.buffer(DOCUMENT.substring(0, 20))),
                    Flux.just(pool.buffer(DOCUMENT.substring(20))))))
        .expectComplete()
        .verify(LIMIT);

    assertThat(body()).isEqualTo(REWRITTEN);
  }

  @Test
  void learnsTheQueryAndCountsTheBytesOfTheCluster() {
    ServerWebExchange exchange = exchange("/v1/statement");
    RewritingResponse response = response(exchange, MediaType.APPLICATION_JSON);

    StepVerifier.create(response.writeWith(Flux.just(pool.buffer(DOCUMENT))))
        .expectComplete()
        .verify(LIMIT);

    assertThat(ProxyAttributes.queryId(exchange)).isEqualTo(new QueryId(ID));
    assertThat(registry.get("passgate.response.bytes").tag("cluster", "main").counter().count())
        .isEqualTo(DOCUMENT.length());
    assertThat(body()).isEqualTo(REWRITTEN);
  }

  @Test
  void passesOnEachBufferBeforeTheNextComes() {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    TestPublisher<DataBuffer> cluster = TestPublisher.create();
    List<String> sent = sendTo(body -> body.limitRate(1));

    StepVerifier.create(response.writeWith(cluster.flux()))
        .then(() -> cluster.next(pool.buffer("{\"data\":[[1],")))
        .then(() -> assertThat(sent).containsExactly("{\"data\":[[1],"))
        .then(() -> cluster.next(pool.buffer("[2]]}")))
        .then(() -> assertThat(sent).containsExactly("{\"data\":[[1],", "[2]]}"))
        .then(cluster::complete)
        .expectComplete()
        .verify(LIMIT);
    cluster.assertMaxRequested(1);
  }

  @Test
  void releasesEverythingWhenTheClientGoesInTheMiddle() {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    TestPublisher<DataBuffer> cluster = TestPublisher.create();
    List<String> sent = sendTo(body -> body);

    StepVerifier.create(response.writeWith(cluster.flux()))
        .then(() -> cluster.next(pool.buffer("{\"infoUri\":\"http://trino:8080/ui\",")))
        .then(() -> cluster.next(pool.buffer("\"nextUri\":\"http://tri")))
        .thenCancel()
        .verify(LIMIT);

    cluster.assertCancelled();
    assertThat(sent)
        .containsExactly("{\"infoUri\":\"https://gateway.example/ui\",", "\"nextUri\":\"");
  }

  @Test
  void cutsTheAnswerWhereTheClusterBreaksOff() {
    ServerWebExchange exchange = exchange("/v1/statement");
    RewritingResponse response = response(exchange, MediaType.APPLICATION_JSON);
    Flux<DataBuffer> broken =
        Flux.<DataBuffer>just(
                pool.buffer(DOCUMENT.substring(0, 30)), pool.buffer(DOCUMENT.substring(30, 35)))
            .concatWith(Mono.error(new IOException("reset")));
    List<String> sent = sendTo(body -> body);

    StepVerifier.create(response.writeWith(broken))
        .expectError(ClusterException.class)
        .verify(LIMIT);

    assertThat(sent).containsExactly("{\"nextUri\":\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/statement", "/v1/info"})
  void sendsWhatCameBeforeAFailureWhenTheClientTakesItLater(String path) {
    RewritingResponse response = response(path, MediaType.APPLICATION_JSON);
    TestPublisher<DataBuffer> cluster = TestPublisher.create();
    TestPublisher<Void> ready = TestPublisher.create();
    List<String> sent = new ArrayList<>();
    client.setWriteHandler(
        body ->
            ready
                .mono()
                .thenMany(Flux.from(body).doOnNext(buffer -> sent.add(read(buffer))))
                .then());

    StepVerifier.create(response.writeWith(cluster.flux()))
        .then(() -> cluster.next(pool.buffer("{\"id\":\"1\",")))
        .then(() -> cluster.error(new IOException("reset")))
        .then(ready::complete)
        .expectError(ClusterException.class)
        .verify(LIMIT);

    assertThat(sent).containsExactly("{\"id\":\"1\",");
  }

  @Test
  void cutsTheAnswerWhereAUriOfTheClusterIsTooLong() {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    List<String> sent = sendTo(body -> body);
    Flux<DataBuffer> answer =
        Flux.just(
            pool.buffer("{\"infoUri\":\"http://trino:8080/ui\","),
            pool.buffer(
                "\"nextUri\":\"http://trino:8080/" + "x".repeat(JsonUriRewriter.MAX_URI_BYTES)));

    StepVerifier.create(response.writeWith(answer))
        .expectError(ClusterException.class)
        .verify(LIMIT);

    assertThat(sent).containsExactly("{\"infoUri\":\"https://gateway.example/ui\",");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "zstd", "br", "identity, gzip", "unknown"})
  void refusesACompressedAnswerUnread(String encoding) {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    response.getHeaders().set(HttpHeaders.CONTENT_ENCODING, encoding);

    assertRefusedUnread(response);
  }

  @Test
  void refusesACompressedAnswerThatSaysSoSecond() {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    response.getHeaders().put(HttpHeaders.CONTENT_ENCODING, List.of("identity", "gzip"));

    assertRefusedUnread(response);
  }

  private void assertRefusedUnread(RewritingResponse response) {
    TestPublisher<DataBuffer> body = TestPublisher.create();

    StepVerifier.create(response.writeWith(body.flux()))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(ClusterException.class)
                    .hasMessage("the Trino cluster sent a compressed answer"))
        .verify(LIMIT);
    body.assertWasNotSubscribed();
    assertThat(client.isCommitted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "Identity", " ", ""})
  void readsAnAnswerThatIsNotCompressed(String encoding) {
    RewritingResponse response = response("/v1/statement", MediaType.APPLICATION_JSON);
    response.getHeaders().set(HttpHeaders.CONTENT_ENCODING, encoding);

    StepVerifier.create(response.writeWith(Flux.just(pool.buffer(DOCUMENT))))
        .expectComplete()
        .verify(LIMIT);

    assertThat(body()).isEqualTo(REWRITTEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/json;charset=utf-8", "application/problem+json"})
  void knowsJson(String contentType) {
    RewritingResponse response =
        response("/v1/statement/queued/x", MediaType.parseMediaType(contentType));

    StepVerifier.create(response.writeWith(Flux.just(pool.buffer(DOCUMENT))))
        .expectComplete()
        .verify(LIMIT);

    assertThat(body()).isEqualTo(REWRITTEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "text/html", "application/octet-stream"})
  void passesOnWhatIsNotJson(String contentType) {
    RewritingResponse response = response("/v1/statement", MediaType.parseMediaType(contentType));

    assertPassedOn(response);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/info", "/v1/spooled/x", "/ui/api", "/v1/statements", "/v1"})
  void passesOnTheAnswersOfOtherPaths(String path) {
    assertPassedOn(response(path, MediaType.APPLICATION_JSON));
  }

  @Test
  void passesOnWhatComesFromNoCluster() {
    MockServerWebExchange exchange =
        MockServerWebExchange.from(MockServerHttpRequest.post("/v1/statement"));
    RewritingResponse response =
        response(exchange.mutate().response(client).build(), MediaType.APPLICATION_JSON);

    assertPassedOn(response);
  }

  private void assertPassedOn(RewritingResponse response) {
    response.getHeaders().setContentLength(DOCUMENT.length());
    response.getHeaders().set("X-Trino-Set-Session", "a=b");

    StepVerifier.create(response.writeWith(Flux.just(pool.buffer(DOCUMENT))))
        .expectComplete()
        .verify(LIMIT);

    assertThat(body()).isEqualTo(DOCUMENT);
    assertThat(client.getHeaders().getContentLength()).isEqualTo(DOCUMENT.length());
    assertThat(client.getHeaders().getFirst("X-Trino-Set-Session")).isEqualTo("a=b");
  }

  private ServerWebExchange exchange(String path) {
    ServerWebExchange exchange =
        MockServerWebExchange.from(MockServerHttpRequest.post(path))
            .mutate()
            .response(client)
            .build();
    TestExchanges.toCluster(exchange);
    return exchange;
  }

  private RewritingResponse response(String path, MediaType contentType) {
    return response(exchange(path), contentType);
  }

  private RewritingResponse response(ServerWebExchange exchange, MediaType contentType) {
    RewritingResponse response =
        new RewritingResponse(
            exchange,
            TestAddresses.fixed(TestExchanges.EXTERNAL),
            TestSignatures.uris(TestExchanges.CLUSTER),
            new CoordinatorIds(),
            TestMetrics.requests(registry),
            new QueryTracking(running));
    response.getHeaders().setContentType(contentType);
    return response;
  }

  /** Has the answer read as a connection would, and tells what came. */
  private List<String> sendTo(UnaryOperator<Flux<DataBuffer>> connection) {
    List<String> sent = new ArrayList<>();
    client.setWriteHandler(
        body -> connection.apply(body).doOnNext(buffer -> sent.add(read(buffer))).then());
    return sent;
  }

  /** What the client got, with stars for signatures. */
  private String body() {
    List<String> parts =
        client.getBody().map(RewritingResponseTest::read).collectList().block(LIMIT);
    return String.join("", Objects.requireNonNull(parts))
        .replaceAll("\\?pg=[\\w-]{60}\"", "?pg=*\"");
  }

  private static String read(DataBuffer buffer) {
    String text = buffer.toString(StandardCharsets.UTF_8);
    DataBufferUtils.release(buffer);
    return text;
  }
}
