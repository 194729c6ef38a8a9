package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** More connections than the gateway takes. */
class ConnectionLimitIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String HEALTH = Requests.of("GET", "/health", "");
  private static final String TOO_MANY = "there are too many connections (passgate.limits.";

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway few;
  private static Gateway fewPerAddress;

  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    few =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .tls(SelfSignedCertificate.create())
            .with("passgate.limits.connections", 4)
            .start();
    fewPerAddress =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.connections-per-address", 2)
            .with("passgate.trusted-proxies", "127.0.0.9")
            .start();
  }

  @AfterAll
  static void stop() {
    few.close();
    fewPerAddress.close();
    origin.close();
    issuer.close();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable connection : open) {
      connection.close();
    }
  }

  private static String metrics(Gateway gateway) {
    return RawHttp.exchange(gateway.managementUri(), Requests.of("GET", "/actuator/prometheus", ""))
        .text();
  }

  /** Takes all there are, however many the test before still has. */
  private void fill() {
    Poll.until(
        "the connections before to end",
        LIMIT,
        () -> metrics(few).contains("\npassgate_connections 0.0"));
    for (int i = 0; i < 3; i++) {
      RawHttp connection = RawHttp.connect(few.uri());
      open.add(connection);
      assertThat(connection.send(HEALTH).read().status()).isEqualTo(200);
    }
    RawHttp secure = RawHttp.connect(few.tlsUri(), few.certificate().clientContext());
    open.add(secure);
    assertThat(secure.send(HEALTH).read().status()).isEqualTo(200);
  }

  @Test
  void saysWhichLimitTheNextOneMeets() {
    fill();

    try (RawHttp next = RawHttp.connect(few.uri())) {
      RawResponse answer = next.read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(Requests.said(answer)).isEqualTo(TOO_MANY + "connections)");
      assertThat(answer.headers("Retry-After")).containsExactly("1");
      assertThat(next.isClosedWithin(LIMIT)).isTrue();
    }
    assertThatThrownBy(() -> RawHttp.connect(few.tlsUri(), few.certificate().clientContext()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(((RawHttp) open.getFirst()).send(HEALTH).read().status()).isEqualTo(200);
    assertThat(metrics(few))
        .containsPattern("\npassgate_connections_refused_total [2-9]")
        .contains("\npassgate_connections 4.0");
  }

  @Test
  void takesANewOneForEachThatEnds() throws Exception {
    fill();
    open.removeFirst().close();

    Poll.until("room for one", LIMIT, () -> isServed(few.uri()));
  }

  private static boolean isServed(URI gateway) {
    try (RawHttp connection = RawHttp.connect(gateway)) {
      return connection.send(HEALTH).read().status() == 200;
    }
  }

  private Socket connect(String from) throws IOException {
    URI uri = fewPerAddress.uri();
    Socket socket =
        new Socket(
            InetAddress.ofLiteral(uri.getHost()), uri.getPort(), InetAddress.ofLiteral(from), 0);
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
    open.add(socket);
    return socket;
  }

  private String ask(String from) throws IOException {
    Socket socket = connect(from);
    socket.getOutputStream().write(HEALTH.getBytes(StandardCharsets.US_ASCII));
    byte[] answer = new byte[1024];
    int length = socket.getInputStream().read(answer);
    return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
  }

  @Test
  void countsEachAddressForItselfAndTrustedProxiesNotAtAll() throws IOException {
    for (int i = 0; i < 2; i++) {
      assertThat(ask("127.0.0.2")).startsWith("HTTP/1.1 200 ");
    }
    assertThat(ask("127.0.0.2"))
        .startsWith("HTTP/1.1 503 ")
        .contains(TOO_MANY + "connections-per-address) (request ");
    for (int i = 0; i < 5; i++) {
      assertThat(ask("127.0.0.9")).startsWith("HTTP/1.1 200 ");
    }
    assertThat(ask("127.0.0.3")).startsWith("HTTP/1.1 200 ");

    ((Socket) open.getFirst()).close();
    Poll.until("room for one", LIMIT, () -> ask("127.0.0.2").startsWith("HTTP/1.1 200 "));
  }
}
