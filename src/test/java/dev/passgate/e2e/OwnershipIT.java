package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.Relay;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bob gets with what only alice should have. */
@NeedsServers
class OwnershipIT {

  /** Runs until it is cancelled. */
  private static final String LONG =
      "select count(*) from tpch.sf1000.lineitem where comment like '%x%y%z%'";

  private static Relay relay;
  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    relay = Relay.to(SharedTrino.get().uri());
    issuer = LocalIssuer.start("acme");
    gateway = Gateway.inFrontOf(relay.uri()).trust(issuer).start();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    issuer.close();
    relay.close();
  }

  private static Map<String, String> bearer(String user) {
    return Map.of("Authorization", "Bearer " + issuer.token(user).build());
  }

  private static Map<String, String> alice() {
    return bearer("alice");
  }

  private static Map<String, String> bob() {
    return bearer("bob");
  }

  private static HttpResponse<String> send(String method, URI uri, Map<String, String> headers) {
    return PagedQuery.send(
        client,
        PagedQuery.request(uri, headers)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** A request that is refused without a word to Trino, and without a word of alice's query. */
  private static void assertRefusedUnsent(String method, URI uri, Map<String, String> headers) {
    long before = relay.sent();

    HttpResponse<String> response = send(method, uri, headers);

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).doesNotContain("alice", "nextUri", "data");
    assertThat(relay.sent()).isEqualTo(before);
  }

  private static PagedQuery running() {
    return PagedQuery.post(client, gateway.uri(), alice(), LONG)
        .until(page -> page.has("partialCancelUri"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void pollsOfAnotherUserAreRefusedUnsent(String method) {
    PagedQuery queued = PagedQuery.post(client, gateway.uri(), alice(), "select 1");
    assertRefusedUnsent(method, queued.uri("nextUri"), bob());
    queued.toEnd();

    PagedQuery running = running();
    assertRefusedUnsent(method, running.uri("nextUri"), bob());
    assertThat(running.advance()).isTrue();
    running.cancel();
  }

  @Test
  void partialCancelOfAnotherUserIsRefusedUnsent() {
    PagedQuery query = running();

    assertRefusedUnsent("DELETE", query.uri("partialCancelUri"), bob());

    assertThat(query.advance()).isTrue();
    query.cancel();
  }

  @Test
  void pollsWithoutACredentialAreRefusedUnsent() {
    PagedQuery query = PagedQuery.post(client, gateway.uri(), alice(), "select 1");
    long before = relay.sent();

    assertThat(send("GET", query.uri("nextUri"), Map.of()).statusCode()).isEqualTo(401);

    assertThat(relay.sent()).isEqualTo(before);
    query.toEnd();
  }

  @Test
  void alteredPollsAreRefusedUnsent() {
    PagedQuery query = PagedQuery.post(client, gateway.uri(), alice(), "select 1");
    PagedQuery other = PagedQuery.post(client, gateway.uri(), alice(), "select 2");
    URI next = query.uri("nextUri");
    String path = next.getRawPath();
    String token = next.getRawQuery();
    assertThat(token).startsWith("pg=");
    char last = token.charAt(token.length() - 3);
    String altered =
        token.substring(0, token.length() - 3)
            + (last == 'A' ? 'B' : 'A')
            + token.substring(token.length() - 2);
    long before = relay.sent();

    for (String wrong :
        List.of(
            path,
            path + "?pg=",
            path + "?" + altered,
            path + "?" + token + "&" + token,
            path + "?" + token + "&slug=1",
            path + "?" + other.uri("nextUri").getRawQuery(),
            path.substring(0, path.length() - 1) + "9?" + token,
            path.replace("/queued/", "/executing/") + "?" + token)) {
      int status = send("GET", gateway.uri().resolve(wrong), alice()).statusCode();
      assertThat(status).as(wrong).isBetween(400, 404);
    }

    assertThat(relay.sent()).isEqualTo(before);
    query.toEnd();
    other.toEnd();
  }

  @Test
  void queryIdGivesWhatTrinoGives() {
    PagedQuery query = running();
    String path = "/v1/query/" + query.id();

    int direct =
        send("GET", SharedTrino.get().uri().resolve(path), Map.of("X-Trino-User", "bob"))
            .statusCode();
    assertThat(send("GET", gateway.uri().resolve(path), bob()).statusCode()).isEqualTo(direct);
    query.cancel();
  }

  @Test
  void infoUriGivesWhatTrinoGives() {
    PagedQuery query =
        PagedQuery.post(client, gateway.uri(), alice(), "select 'alice''s secret'").toEnd();
    URI info = query.uri("infoUri");

    HttpResponse<String> through = send("GET", info, bob());

    HttpResponse<String> direct =
        send(
            "GET",
            SharedTrino.get().uri().resolve(info.getRawPath() + "?" + query.id()),
            Map.of("X-Trino-User", "bob"));
    assertThat(through.statusCode()).isEqualTo(direct.statusCode());
    assertThat(through.body()).isEqualTo(direct.body()).doesNotContain("secret");
  }

  @Test
  void transactionOfAnotherUserIsRefused() {
    Map<String, String> inNone = new HashMap<>(alice());
    inNone.put("X-Trino-Transaction-Id", "NONE");
    PagedQuery begun = PagedQuery.post(client, gateway.uri(), inNone, "start transaction").toEnd();
    String transaction =
        begun.headers("X-Trino-Started-Transaction-Id").stream()
            .filter(id -> !id.isEmpty())
            .findFirst()
            .orElseThrow();

    long before = relay.sent();
    assertThat(inTransaction(bob(), transaction)).contains("403");
    assertThat(inTransaction(alice(), transaction.split("\\.", -1)[0])).contains("403");
    assertThat(relay.sent()).isEqualTo(before);
    assertThat(inTransaction(alice(), transaction)).isEqualTo("5");
  }

  /** What a statement in a transaction answers; why it does not, where it does not. */
  private static String inTransaction(Map<String, String> who, String transaction) {
    Map<String, String> headers = new HashMap<>(who);
    headers.put("X-Trino-Transaction-Id", transaction);
    try {
      return PagedQuery.post(
              client, gateway.uri(), headers, "select count(*) from tpch.tiny.region")
          .toEnd()
          .rows()
          .getFirst()
          .get(0)
          .asString();
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }
}
