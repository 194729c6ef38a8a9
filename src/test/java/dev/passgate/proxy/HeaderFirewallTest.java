package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.gate.CredentialNames;
import dev.passgate.identity.Identity;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.support.Netty4HeadersAdapter;

class HeaderFirewallTest {

  private static final Identity ALICE = new Identity("acme", "alice", "a-1", Instant.MAX);
  private static final HeaderFirewall FIREWALL =
      new HeaderFirewall(new CredentialNames(Set.of("idtoken", "x-token"), Set.of("Session")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-User",
        "x-trino-user",
        "X-TRINO-USER",
        "X_Trino_User",
        "X.Trino.User",
        "X-Trino_User",
        "X-Trino-Original-User",
        "X_TRINO-Original.User",
        "X-Trino-Original-Roles",
        "X-Trino-Internal-Bearer",
        "X-Trino-Task-Id",
        "X-Trino-Max-Wait",
        "X-Trino-Anything-New",
        "X-Trino-",
        "X-Presto-User",
        "x_presto_source",
        "Authorization",
        "AUTHORIZATION",
        "Proxy-Authorization",
        "idtoken",
        "IdToken",
        "X-Token",
        "x_token",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X_Forwarded_Proto",
        "X-Forwarded",
        "X-Real-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "Connection",
        "Proxy-Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade"
      })
  void takesAwayWhatAClientMayNotSay(String name) {
    HttpHeaders client = new HttpHeaders();
    client.add(name, "root");
    client.add(name, "root");

    assertThat(FIREWALL.filter(client, ALICE).toSingleValueMap())
        .containsOnly(Map.entry("X-Trino-User", "alice"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-Catalog",
        "x-trino-schema",
        "X-Trino-Session",
        "X-Trino-Prepared-Statement",
        "X-Trino-Client-Tags",
        "X-Trino-Source",
        "X-Trino-Role",
        "X-Trino-Extra-Credential",
        "X-Trino-Transaction-Id",
        "Content-Type",
        "Content-Length",
        "User-Agent",
        "Accept",
        "X-Company"
      })
  void letsTheRestOfTheProtocolPass(String name) {
    HttpHeaders client = new HttpHeaders();
    client.add(name, "value");

    assertThat(FIREWALL.filter(client, ALICE).get(name)).containsExactly("value");
  }

  @Test
  void takesAwayTheCookiesByWhichSomebodyIsKnown() {
    HttpHeaders client = new HttpHeaders();
    client.add("Cookie", "a=1; Trino-UI-Token=of-bob; Session=x.y.z; b=2");
    client.add("COOKIE", "__Secure-Trino-ID-Token=of-bob");

    assertThat(FIREWALL.filter(client, ALICE).get("Cookie")).containsExactly("a=1; b=2");
  }

  @Test
  void keepsSeveralValuesInTheirOrder() {
    HttpHeaders client = new HttpHeaders();
    client.put("X-Trino-Session", List.of("b=2", "a=1", "b=2"));

    assertThat(FIREWALL.filter(client, ALICE).get("X-Trino-Session"))
        .containsExactly("b=2", "a=1", "b=2");
  }

  @Test
  void keepsValuesOnceWhateverTheCaseOfTheirNames() {
    DefaultHttpHeaders received = new DefaultHttpHeaders();
    received.add("X-Trino-Session", "a=1");
    received.add("x-trino-session", "b=2");
    received.add("X-TRINO-USER", "root");
    received.add("x-trino-user", "root");

    HttpHeaders forwarded =
        FIREWALL.filter(new HttpHeaders(new Netty4HeadersAdapter(received)), ALICE);

    assertThat(forwarded.get("X-Trino-Session")).containsExactly("a=1", "b=2");
    assertThat(forwarded.get("X-Trino-User")).containsExactly("alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-User",
        "x-trino-user, close",
        "close,X-Trino-Source , x-trino-user",
        "X-Trino-User, X-Trino-User"
      })
  void namesTheUserWhateverConnectionNominates(String connection) {
    HttpHeaders client = new HttpHeaders();
    client.add("Connection", connection);

    HttpHeaders forwarded = FIREWALL.filter(client, ALICE);

    assertThat(forwarded.get("X-Trino-User")).containsExactly("alice");
    assertThat(forwarded.containsHeader("Connection")).isFalse();
  }

  @Test
  void takesAwayWhatConnectionNominates() {
    HttpHeaders client = new HttpHeaders();
    client.put("Connection", List.of("close, X-First", " x-second ,,X-Third"));
    List.of("X-First", "X-Second", "X-Third", "X-Fourth").forEach(name -> client.add(name, "1"));

    assertThat(FIREWALL.filter(client, ALICE).headerNames())
        .containsExactlyInAnyOrder("X-Fourth", "X-Trino-User");
  }

  @Test
  void multipliesNothingThatComesInSeveralCasings() {
    DefaultHttpHeaders received = new DefaultHttpHeaders();
    received.add("X-Trino-Session", "a=1");
    received.add("x-trino-session", "b=2");
    received.add("X-TRINO-SESSION", "c=3");
    HttpHeaders client =
        HttpHeaders.readOnlyHttpHeaders(new HttpHeaders(new Netty4HeadersAdapter(received)));

    assertThat(FIREWALL.filter(client, ALICE).get("X-Trino-Session"))
        .containsExactly("a=1", "b=2", "c=3");
  }

  @Test
  void namesNobodyOnAPublicRoute() {
    HttpHeaders client = new HttpHeaders();
    client.add("X-Trino-User", "root");
    client.add("Authorization", "Bearer a.b.c");
    client.add("X-Trino-Source", "cli");

    assertThat(FIREWALL.filter(client, null).headerNames()).containsExactly("X-Trino-Source");
  }

  @Test
  void leavesTheClientsHeadersAsTheyAre() {
    HttpHeaders client = new HttpHeaders();
    client.add("X-Trino-User", "root");

    FIREWALL.filter(HttpHeaders.readOnlyHttpHeaders(client), ALICE);

    assertThat(client.get("X-Trino-User")).containsExactly("root");
  }
}
