package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.ManualOrigin;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.issuer.LocalIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that sends its body too slowly, though it never pauses for long. */
@MostlyWaits
class SlowBodyIT {

  private static final String TOO_SLOW = "the request's body took too long";

  private static ManualOrigin origin;
  private static LocalIssuer issuer;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    origin = ManualOrigin.start();
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("passgate.limits.request-body-time", "1s")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
    origin.close();
  }

  @Test
  void hasNothingRunAndIsToldWhy() {
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      client.send(head(issuer.token("alice").build()) + "drop table ");
      try (RawHttp cluster = origin.accept()) {
        cluster.readHead();
        assertThat(cluster.readExactly(11)).isEqualTo("drop table ");

        assertThat(cluster.readToEnd()).isEmpty();
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ").contains(TOO_SLOW);
      }
    }
  }

  @Test
  void losesItsConnectionAfterARefusalToo() {
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      client.send(head("not.a.token") + "drop table ");

      assertThat(client.readToEnd()).startsWith("HTTP/1.1 401 ").doesNotContain("HTTP/1.1 408");
    }
  }

  private static String head(String token) {
    return Requests.head("POST", "/v1/statement", token, new String[0], "Content-Length: 1000");
  }
}
