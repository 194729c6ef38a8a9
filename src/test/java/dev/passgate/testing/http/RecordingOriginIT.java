package dev.passgate.testing.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RecordingOriginIT {

  private final RecordingOrigin origin = RecordingOrigin.start();

  @AfterEach
  void close() {
    origin.close();
  }

  @Test
  void keepsEveryByteOfARequest() {
    String head = "POST /v1/statement?a=%2F HTTP/1.1\r\nhOsT:  x:1 \r\nX-A: 1\r\nx-a: \u00e9\r\n";
    RawResponse response = RawHttp.exchange(origin.uri(), head + "Content-Length: 2\r\n\r\nab");

    assertThat(response.status()).isEqualTo(200);
    RecordedRequest request = origin.requests().getFirst();
    assertThat(request.head()).isEqualTo(head + "Content-Length: 2\r\n\r\n");
    assertThat(request.target()).isEqualTo("/v1/statement?a=%2F");
    assertThat(request.headers("X-A")).containsExactly("1", "\u00e9");
    assertThat(request.text()).isEqualTo("ab");
  }

  @Test
  void readsChunkedBodiesAndKeepsConnections() {
    try (RawHttp connection = RawHttp.connect(origin.uri())) {
      String head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
      String chunked = String.join("\r\n", "3", "abc", "2", "de", "0", "", "");
      connection.send(head + chunked).read();
      connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read();
    }

    assertThat(origin.requests()).extracting(RecordedRequest::connection).containsExactly(1, 1);
    assertThat(origin.requests().getFirst().text()).isEqualTo("abcde");
  }

  @Test
  void answersAsItWasTold() {
    CountDownLatch gate = new CountDownLatch(1);
    origin
        .enqueue(OriginResponse.of(503, "busy", "Retry-After: 1"))
        .enqueue(
            OriginResponse.chunked(200).thenChunk("one").thenAwait(gate).thenChunk("two").thenEnd())
        .enqueue(
            OriginResponse.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").thenClose());
    try (RawHttp connection = RawHttp.connect(origin.uri())) {
      RawResponse busy = connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertThat(busy.status()).isEqualTo(503);
      assertThat(busy.headers("retry-after")).containsExactly("1");

      connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
      gate.countDown();
      assertThat(connection.read().text()).isEqualTo("onetwo");

      connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(connection.readSome(1000)).startsWith("HTTP/1.1 200 OK");
      assertThat(connection.isClosedWithin(Duration.ofSeconds(5))).isTrue();
    }
    assertThat(origin.awaitRequests(3, Duration.ofSeconds(5))).hasSize(3);
  }

  @Test
  void playsTrinoUntilToldOtherwise() {
    var statements =
        new dev.passgate.testing.trino.StatementClient(HttpClient.newHttpClient(), origin.uri());

    var outcome = statements.run("SELECT 1", Map.of("X-Trino-User", "alice"));

    assertThat(outcome.single()).isEqualTo("1");
    assertThat(outcome.pages()).allMatch(uri -> uri.getPort() == origin.uri().getPort());
    assertThat(origin.requests()).allMatch(r -> r.headers("X-Trino-User").contains("alice"));
  }
}
