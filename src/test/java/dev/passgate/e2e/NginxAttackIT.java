package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.nginx.Nginx;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the README's nginx send to be somebody else, and what arrives behind it. */
class NginxAttackIT {

  private static final String SQL = "select 1";

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway gateway;
  private static Nginx nginx;
  private static String token;

  @BeforeAll
  static void start() {
    assumeTrue(Nginx.isInstalled(), "nginx is not installed");
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    gateway =
        Gateway.inFrontOf(URI.create("http://127.0.0.1:" + LoopbackPort.free()))
            .trust(issuer)
            .with("passgate.trusted-proxies", "127.0.0.1")
            .start();
    nginx = Nginx.asking(gateway.uri(), origin.uri());
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    if (nginx == null) {
      return;
    }
    nginx.close();
    gateway.close();
    origin.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    origin.reset();
    origin.respondWith(_ -> OriginResponse.of(200, "{}", "Content-Type: application/json"));
  }

  private static String request(String framing, String lines) {
    return "POST /v1/statement HTTP/1.1\r\nHost: "
        + nginx.uri().getAuthority()
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + lines
        + "\r\n"
        + framing
        + "\r\n\r\n";
  }

  private static RawResponse exchange(String request) {
    try (RawHttp connection = RawHttp.connect(nginx.uri(), nginx.certificate().clientContext())) {
      return connection.send(request).read();
    }
  }

  private static void assertArrivesAsAlice() {
    assertThat(origin.requests()).hasSize(1);
    RecordedRequest arrived = origin.requests().getFirst();
    assertThat(arrived.headers("X-Trino-User")).containsExactly("alice");
    assertThat(arrived.body()).isEqualTo(SQL);
    assertThat(arrived.headerLines())
        .extracting(line -> line.substring(0, Math.max(0, line.indexOf(':'))).replace('_', '-'))
        .noneMatch(
            name ->
                List.of(
                        "x-trino-original-user",
                        "x-trino-original-roles",
                        "x-trino-internal-bearer",
                        "authorization",
                        "idtoken",
                        "cookie",
                        "forwarded")
                    .contains(name.toLowerCase(Locale.ROOT)));
    assertThat(arrived.head()).doesNotContain(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-User: root",
        "x-trino-user: root\r\nX-TRINO-USER: root\r\nX-Trino-User:",
        "X-Trino-User:root,alice",
        "X-Trino-User: \u00e9",
        "X_Trino_User: root",
        "X-Trino_User: root",
        "X-Trino.User: root",
        "X-Trino-User : root",
        " X-Trino-User: root",
        "X-Trino-Source: a\r\n X-Trino-User: root",
        "X-Trino-User\u00a0: root",
        "X-Trino-Original-User: root",
        "X-Trino-Original-User: root\r\nx-trino-original-user: root",
        "X_Trino_Original_User: root",
        "X-Trino-Original-Roles: system=ROLE{admin}",
        "X-Trino-Internal-Bearer: x",
        "Connection: X-Trino-User",
        "Connection: close, x-trino-user\r\nX-Trino-User: root",
        "Connection: Authorization, X-Forwarded-For",
        "TE: trailers\r\nTrailer: X-Trino-User",
        "Cookie: Trino-UI-Token=x; __Secure-Trino-OAuth2-Token=y\r\nCookie: a=b",
        "Forwarded: for=192.0.2.1;host=evil.example",
        "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Port: 1",
        "X-Forwarded-Method: GET\r\nX-Original-Method: GET",
        "X-Accel-Redirect: /passgate\r\nX-Accel-Internal: /passgate",
        "X-Original-URI: /v1/task",
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ"
      })
  void nobodyIsSomebodyElse(String lines) {
    RawResponse answer = exchange(request("Content-Length: " + SQL.length(), lines) + SQL);

    if (answer.status() == 200) {
      assertArrivesAsAlice();
    } else {
      assertThat(answer.status()).as(answer.text()).isIn(400, 401);
      assertThat(origin.requests()).isEmpty();
    }
  }

  @Test
  void secondCredentialIsRefused() {
    String other = "Authorization: Bearer " + issuer.token("bob").build();
    assertThat(exchange(request("Content-Length: 8", other) + SQL).status()).isIn(400, 401);
    assertThat(
            exchange(
                    request("Content-Length: 8", other.replace("Authorization: Bearer", "idtoken:"))
                        + SQL)
                .status())
        .isEqualTo(401);
    assertThat(origin.requests()).isEmpty();
  }

  /** The gateway is asked without the body, and Trino gets it once. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 8|select 1",
        "Transfer-Encoding: chunked|8\r\nselect 1\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked|3;x=y\r\nsel\r\n5\r\nect 1\r\n0\r\nX-Trino-User: root\r\n\r\n",
        "Expect: 100-continue\r\nContent-Length: 8|select 1"
      })
  void bodyArrivesWhichWayItIsSent(String framed) {
    int bar = framed.indexOf('|');
    try (RawHttp connection = RawHttp.connect(nginx.uri(), nginx.certificate().clientContext())) {
      connection.send(request(framed.substring(0, bar), "X-Trino-Source: test"));
      if (framed.startsWith("Expect")) {
        assertThat(connection.readHead()).startsWith("HTTP/1.1 100");
      }
      RawResponse answer = connection.send(framed.substring(bar + 1)).read();

      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertArrivesAsAlice();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 8\r\nTransfer-Encoding: chunked",
        "Content-Length: 8\r\nContent-Length: 9",
        "Content-Length: 8, 8",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: xchunked"
      })
  void bodyOfTwoLengthsIsRefused(String framing) {
    RawResponse answer =
        exchange(request(framing, "X: y") + "0\r\n\r\nGET /v1/task HTTP/1.1\r\n\r\n");

    assertThat(answer.status()).isIn(400, 501);
    assertThat(origin.requests()).isEmpty();
  }
}
