package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.protocol.Origin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

class ExternalAddressTest {

  private static final String CLIENT = "203.0.113.9";
  private static final String PROXY = "10.0.0.1";

  @Test
  void isWhatTheRequestSays() {
    assertThat(TestAddresses.of(null).origin(from(CLIENT).build()))
        .isEqualTo(Origin.parse("http://gateway:8888"));
  }

  @Test
  void isHttpsWhereTheRequestCameByTls() {
    MockServerHttpRequest request =
        MockServerHttpRequest.get("https://gateway:8443/v1/info")
            .header("Host", "gateway:8443")
            .build();

    assertThat(TestAddresses.of(null).origin(request))
        .isEqualTo(Origin.parse("https://gateway:8443"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "192.0.2.0/24", "::/0"})
  void ignoresWhatUntrustedPeersForward(String trusted) {
    ExternalAddress address =
        trusted.isEmpty() ? TestAddresses.of(null) : TestAddresses.of(null, trusted);
    MockServerHttpRequest request =
        from(CLIENT)
            .header("Forwarded", "host=evil.example;proto=https;for=192.0.2.1")
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-For", "192.0.2.1")
            .build();

    assertThat(address.origin(request)).isEqualTo(Origin.parse("http://gateway:8888"));
    assertThat(address.client(request)).isEqualTo(CLIENT);
  }

  @Test
  void believesTrustedPeers() {
    MockServerHttpRequest request =
        from(PROXY).header("Forwarded", "host=trino.example;proto=https").build();

    assertThat(TestAddresses.of(null, "10.0.0.0/8").origin(request))
        .isEqualTo(Origin.parse("https://trino.example"));
  }

  @Test
  void takesTheRestFromTheRequestWhereATrustedPeerSaysHalf() {
    MockServerHttpRequest request = from(PROXY).header("X-Forwarded-Proto", "https").build();

    assertThat(TestAddresses.of(null, PROXY).origin(request))
        .isEqualTo(Origin.parse("https://gateway:8888"));
  }

  @Test
  void isAsConfiguredWhateverIsSaid() {
    MockServerHttpRequest request =
        from(PROXY).header("Forwarded", "host=evil.example;proto=http").build();

    assertThat(TestAddresses.of("https://trino.example", "10.0.0.0/8").origin(request))
        .isEqualTo(Origin.parse("https://trino.example"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          203.0.113.9                          | 203.0.113.9
          203.0.113.9, 10.0.0.7                | 203.0.113.9
          1.2.3.4, 203.0.113.9                 | 203.0.113.9
          1.2.3.4, 203.0.113.9, 10.0.0.7       | 203.0.113.9
          10.0.0.5, 203.0.113.9, 10.0.0.7      | 203.0.113.9
          10.0.0.5, 10.0.0.7                   | 10.0.0.5
          evil, 10.0.0.7                       | 10.0.0.7
          1.2.3.4, unknown                     | 10.0.0.1
          1.2.3.4, _hidden, 10.0.0.7           | 10.0.0.7
          1.2.3.4, 7                           | 10.0.0.1
          2001:db8:0:0::1                      | 2001:db8:0:0:0:0:0:1
          """)
  void findsTheClientBehindTrustedProxiesOnly(String forwardedFor, String client) {
    MockServerHttpRequest request = from(PROXY).header("X-Forwarded-For", forwardedFor).build();

    assertThat(TestAddresses.of(null, "10.0.0.0/8").client(request)).isEqualTo(client);
  }

  @Test
  void isThePeerWhereATrustedProxySaysNothing() {
    assertThat(TestAddresses.of(null, "10.0.0.0/8").client(from(PROXY).build())).isEqualTo(PROXY);
  }

  @Test
  void isEmptyWhereThePeerIsNotKnown() {
    MockServerHttpRequest request = MockServerHttpRequest.get("/").build();

    assertThat(TestAddresses.of(null, "0.0.0.0/0").client(request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "user@a",
        "a/",
        "a/b",
        "a?b",
        "a#b",
        "a\\b",
        "a:0",
        "a:65536",
        "a:b",
        "a,b",
        "[::1",
        "::1",
        "http://a"
      })
  void makesNoOriginOfAnInvalidHost(String host) {
    assertThat(ExternalAddress.origin("http", host)).isNull();
  }

  private static MockServerHttpRequest.BaseBuilder<?> from(String peer) {
    return MockServerHttpRequest.get("http://gateway:8888/v1/info")
        .header("Host", "gateway:8888")
        .remoteAddress(new InetSocketAddress(InetAddress.ofLiteral(peer), 50_000));
  }
}
