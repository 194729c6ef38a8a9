package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.limit.LimitProperties;
import dev.passgate.observe.TestMetrics;
import dev.passgate.setting.InvalidSetting;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

class ListenerConfigurationTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private @Nullable WebServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.destroy();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ForwardHeadersStrategy.class,
      names = {"NATIVE", "FRAMEWORK"})
  void rejectsToBelieveEveryClient(ForwardHeadersStrategy strategy) {
    ServerProperties properties = new ServerProperties();
    properties.setForwardHeadersStrategy(strategy);

    assertThatThrownBy(
            () ->
                new ListenerConfiguration()
                    .connectionLimits(
                        limits(LONG, LONG),
                        properties,
                        new NettyServerProperties(),
                        new TlsProperties(null, null, "none"),
                        TestMetrics.access(),
                        management("9090")))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "server.forward-headers-strategy is '"
                + strategy
                + "', expected none, as every client would be believed; passgate.trusted-proxies"
                + " names the proxies to believe");
  }

  @Test
  void namesTheLimitForHeaders() throws IOException {
    String request = "GET / HTTP/1.1\r\nHost: a\r\nX-Big: " + "x".repeat(10_000) + "\r\n\r\n";

    assertThat(RawClient.exchange(start(LONG, LONG), request))
        .startsWith("HTTP/1.1 431 ")
        .contains(
            "the request's headers are larger than 8192 bytes"
                + " (server.max-http-request-header-size) (request ");
  }

  @Test
  void namesTheLimitForTheRequestLine() throws IOException {
    String request = "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n";

    assertThat(RawClient.exchange(start(LONG, LONG), request))
        .startsWith("HTTP/1.1 414 ")
        .contains(
            "the request line is longer than 4096 bytes (server.netty.max-initial-line-length)"
                + " (request ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Content-Length: -1",
        "Content-Length: +1",
        "Transfer-Encoding: chunked, xchunked",
        "Transfer-Encoding: xchunked",
        "X-Trino-User : root",
        "X Trino: a",
        "X-Trino\u0000User: root",
        "X-A: a\u0000b"
      })
  void answersWhatIsNoHttpAndCloses(String headers) throws IOException {
    String request = "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\na";

    assertThat(RawClient.exchange(start(LONG, LONG), request))
        .startsWith("HTTP/1.1 400 ")
        .contains("the request is not valid HTTP/1.1 (request ");
  }

  @Test
  void closesAConnectionWhoseHeadTakesTooLong() throws IOException {
    int port = start(Duration.ofMillis(100), LONG);

    assertThat(RawClient.exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n")).isEmpty();
  }

  @Test
  void closesAConnectionWhoseBodyPausesTooLong() throws IOException {
    int port = start(LONG, Duration.ofMillis(100));

    assertThat(RawClient.exchange(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na"))
        .doesNotContain("200");
  }

  private int start(Duration headTime, Duration bodyPause) {
    NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory(0);
    new ListenerConfiguration()
        .connectionLimits(
            limits(headTime, bodyPause),
            new ServerProperties(),
            new NettyServerProperties(),
            new TlsProperties(null, null, "none"),
            TestMetrics.access(),
            management("0"))
        .customize(factory);
    WebServer started =
        factory.getWebServer(
            (request, response) ->
                request.getBody().doOnNext(DataBufferUtils::release).then(response.setComplete()));
    server = started;
    started.start();
    return started.getPort();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8888", "8443"})
  void refusesManagementOnAListenerForClients(String port) {
    ServerProperties server = new ServerProperties();
    server.setPort(8888);

    assertThatThrownBy(
            () ->
                new ListenerConfiguration()
                    .connectionLimits(
                        limits(LONG, LONG),
                        server,
                        new NettyServerProperties(),
                        new TlsProperties(8443, "passgate", "none"),
                        TestMetrics.access(),
                        management(port)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "management.server.port is '"
                + port
                + "', expected a port of its own: what it serves asks for no credential");
  }

  private static MockEnvironment management(String port) {
    return new MockEnvironment().withProperty("management.server.port", port);
  }

  private static LimitProperties limits(Duration headTime, Duration bodyPause) {
    return new LimitProperties(DataSize.ofMegabytes(1), headTime, bodyPause, LONG, LONG);
  }
}
