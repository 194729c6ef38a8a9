package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.failure.RequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class RequestFormFilterTest {

  private static final String TARGET = "the request target must be a path";
  private static final String HOST = "the request must have one valid Host header";
  private static final String PATH = "the path is not canonical (RFC 3986, section 6)";

  private static @Nullable DisposableServer server;

  @BeforeAll
  static void start() {
    HttpHandler handler =
        WebHttpHandlerBuilder.webHandler(
                exchange -> write(exchange, "served " + exchange.getRequest().getURI()))
            .filter(new RequestFormFilter())
            .exceptionHandler(
                (exchange, failure) -> {
                  assertThat(failure).isInstanceOf(RequestException.class);
                  exchange.getResponse().setStatusCode(HttpStatus.BAD_REQUEST);
                  return write(exchange, Objects.requireNonNull(failure.getMessage()));
                })
            .build();
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle(new ReactorHttpHandlerAdapter(handler))
            .bindNow(Duration.ofSeconds(20));
  }

  @AfterAll
  static void stop() {
    Objects.requireNonNull(server).disposeNow(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/statement",
        "/v1/statement/",
        "/v1/statement?x=/../%73;//",
        "/v1/statement/queued/20260301_101530_00001_abcde/y1/0?maxWait=1s",
        "/ui/a%20b"
      })
  void letsPlainRequestsIn(String target) throws IOException {
    assertThat(get(target, "Host: gateway:8888")).startsWith("HTTP/1.1 200 ").contains("served ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://gateway:8888/v1/statement",
        "https://evil.example/v1/statement",
        "HTTP://gateway:8888/",
        "*",
        "gateway:443"
      })
  void rejectsTargetsThatAreNoPath(String target) throws IOException {
    assertRefused(get(target, "Host: gateway:8888"), TARGET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/../v1/statement",
        "/v1/./statement",
        "/v1//statement",
        "//evil.example/v1/statement",
        "/v1/%73tatement",
        "/v1/%2e%2e/statement",
        "/v1/statement;a=b",
        "/v1/statement%2fx",
        "/v1/statement%00",
        "/v1/statement%",
        "/v1/statement%zz",
        "/v1\\statement",
        "/v1/statement/..",
        "/v1/%c0%af"
      })
  void rejectsPathsThatAreNotCanonical(String target) throws IOException {
    String answer = get(target, "Host: gateway:8888");

    assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("served");
  }

  @Test
  void saysWhyAPathIsRefused() throws IOException {
    assertRefused(get("/v1/%73tatement", "Host: gateway"), PATH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-No-Host: at all",
        "Host:",
        "Host: a b",
        "Host: user@gateway",
        "Host: gateway/path",
        "Host: gateway?a",
        "Host: gateway:0",
        "Host: gateway:99999",
        "Host: gateway, evil.example",
        "Host: gateway\r\nHost: gateway",
        "Host: gateway\r\nhost: evil.example"
      })
  void rejectsAnythingButOneValidHost(String headers) throws IOException {
    String answer = get("/v1/info", headers);

    assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("served");
  }

  @Test
  void saysWhyAHostIsRefused() throws IOException {
    assertRefused(get("/v1/info", "Host: gateway\r\nHost: evil.example"), HOST);
  }

  @Test
  void rejectsARequestWithoutHostOfOldClientsToo() throws IOException {
    assertThat(RawClient.exchange(port(), "GET /v1/info HTTP/1.0\r\n\r\n"))
        .contains(" 400 ")
        .doesNotContain("served");
  }

  @Test
  void runsInsideTheObservationOfRequests() {
    assertThat(new RequestFormFilter().getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE + 2);
  }

  private static void assertRefused(String answer, String objection) {
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains(objection).doesNotContain("served");
  }

  private static String get(String target, String headers) throws IOException {
    return RawClient.exchange(
        port(), "GET " + target + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
  }

  private static int port() {
    return Objects.requireNonNull(server).port();
  }

  private static Mono<Void> write(ServerWebExchange exchange, String text) {
    ServerHttpResponse response = exchange.getResponse();
    return response.writeWith(
        Mono.fromSupplier(
            () -> response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))));
  }
}
