package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.nginx.Nginx;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.TrinoCli;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The README's nginx in front of a real Trino, which asks the gateway about each request. */
@NeedsServers
class NginxValidateIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static Nginx nginx;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    assumeTrue(Nginx.isInstalled(), "nginx is not installed");
    issuer = LocalIssuer.start("acme");
    gateway =
        // Of its own clusters the gateway has no need here.
        Gateway.inFrontOf(URI.create("http://127.0.0.1:" + LoopbackPort.free()))
            .trust(issuer)
            .with("passgate.trusted-proxies", "127.0.0.1")
            .with("passgate.impersonation.rules[0].issuer", "acme")
            .with("passgate.impersonation.rules[0].user", "superset")
            .with("passgate.impersonation.rules[0].as", "bob")
            .start();
    nginx = Nginx.asking(gateway.uri(), SharedTrino.second().uri());
    client = client(nginx);
  }

  private static HttpClient client(Nginx server) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(server.certificate().clientContext())
        .build();
  }

  @AfterAll
  static void stop() {
    if (nginx == null) {
      return;
    }
    client.close();
    nginx.close();
    gateway.close();
    issuer.close();
  }

  private static String token(String user) {
    return issuer.token(user).build();
  }

  private static StatementClient.Outcome run(String sql, String token, String... more) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + token);
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    return new StatementClient(client, nginx.uri()).run(sql, headers);
  }

  private static HttpResponse<String> send(HttpClient sender, HttpRequest.Builder request) {
    try {
      return sender.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("no answer; nginx wrote " + nginx.log(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static HttpRequest.Builder post(Nginx server) {
    return HttpRequest.newBuilder(server.uri().resolve("/v1/statement"))
        .POST(HttpRequest.BodyPublishers.ofString("select current_user"));
  }

  @Test
  void commandLineRunsAsTheUserOfTheToken() {
    TrinoCli.Result result =
        TrinoCli.to(nginx.uri())
            .trust(nginx.certificate().certificatePem())
            .accessToken(token("alice"))
            .argument("--user", "root")
            .execute("select current_user; select orderkey from tpch.tiny.orders");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines()).startsWith("\"alice\"").hasSize(1 + 15_000);
  }

  @Test
  void userThatAClientNamesDoesNotGetThrough() {
    for (String name :
        new String[] {
          "X-Trino-User",
          "x-trino-user",
          "X-Trino-Original-User",
          "X_Trino_User",
          "X-Trino.User",
          "X-Trino-Internal-Bearer"
        }) {
      assertThat(run("select current_user", token("alice"), name, "root").single())
          .as(name)
          .isEqualTo("alice");
    }
  }

  @Test
  void userThatARuleAllowsDoes() {
    assertThat(run("select current_user", token("superset"), "X-Trino-User", "bob").single())
        .isEqualTo("bob");
    assertThat(run("select current_user", token("superset"), "X-Trino-User", "root").status())
        .isEqualTo(403);
  }

  @Test
  void tokenInAnotherHeaderIsOneToo() {
    HttpResponse<String> answer = send(client, post(nginx).header("idtoken", token("alice")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void statementOfUnknownLengthArrives() {
    byte[] sql = "select current_user".getBytes(StandardCharsets.UTF_8);

    HttpResponse<String> answer =
        send(
            client,
            HttpRequest.newBuilder(nginx.uri().resolve("/v1/statement"))
                .header("Authorization", "Bearer " + token("alice"))
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(sql))));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"nextUri\":\"" + nginx.uri());
  }

  @Test
  void nobodyGetsInWithoutAGoodCredential() {
    HttpResponse<String> none = send(client, post(nginx).header("X-Trino-User", "root"));
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"passgate\"");

    HttpResponse<String> bad =
        send(client, post(nginx).header("Authorization", "Bearer " + token("alice") + "x"));
    assertThat(bad.statusCode()).isEqualTo(401);
    assertThat(bad.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("error=\"invalid_token\"");

    assertThat(run("select 1", token("not a, user")).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/task",
        "/v1/statements",
        "/v1/statement/../task",
        "/v1/statement/%2e%2e/task",
        "/passgate",
        "/api/validate",
        "/ui/"
      })
  void nothingElseIsServed(String path) {
    HttpResponse<String> answer =
        send(
            client,
            HttpRequest.newBuilder(URI.create(nginx.uri() + path))
                .header("Authorization", "Bearer " + token("alice")));

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  /** nginx decides by what it makes of a path, and passes on the path as the client wrote it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/query/..;/queryState",
        "/v1/query/..;a=b/queryState",
        "/v1/query/%2e%2e;/queryState",
        "/v1/query/..%3b/queryState",
        "/v1/query/..%2fqueryState",
        "/v1/query/..%5cqueryState",
        "/v1/query/%252e%252e/queryState",
        "/v1/query/.;/../queryState",
        "/v1/query/\u00c0\u00ae\u00c0\u00ae/queryState",
        "/v1/task//../../v1/query",
        "/v1/task///../../v1/query",
        "/v1/task/../query",
        "//v1/query",
        "/v1/%71uery",
        "/v1/query/%00",
        "/v1/query;/queryState",
        "/v1/queryState"
      })
  void pathThatReadsInTwoWaysLeadsNowhere(String path) {
    try (RawHttp connection = RawHttp.connect(nginx.uri(), nginx.certificate().clientContext())) {
      RawResponse answer =
          connection
              .send(
                  "GET "
                      + path
                      + " HTTP/1.1\r\nHost: "
                      + nginx.uri().getAuthority()
                      + "\r\nAuthorization: Bearer "
                      + token("alice")
                      + "\r\n\r\n")
              .read();

      assertThat(answer.status()).as(answer.text()).isIn(400, 404);
    }
  }

  /** As Envoy and Traefik pass on a header of the answer that has nothing in it. */
  @Test
  void emptyOriginalUserIsNoneToTrino() {
    assertThat(
            new StatementClient(client, SharedTrino.second().uri())
                .run(
                    "select current_user",
                    Map.of("X-Trino-User", "alice", "X-Trino-Original-User", ""))
                .single())
        .isEqualTo("alice");
  }

  @Test
  void otherMethodsArriveToo() {
    assertThat(
            send(
                    client,
                    HttpRequest.newBuilder(nginx.uri().resolve("/v1/statement"))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .header("Authorization", "Bearer " + token("alice")))
                .statusCode())
        .isEqualTo(200);
    HttpResponse<String> begun =
        send(client, post(nginx).header("Authorization", "Bearer " + token("alice")));
    URI next = URI.create(JSON.readTree(begun.body()).get("nextUri").asString());
    assertThat(
            send(
                    client,
                    HttpRequest.newBuilder(next)
                        .DELETE()
                        .header("Authorization", "Bearer " + token("alice")))
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void nobodyGetsInWhileTheGatewayIsDown() {
    URI nowhere = URI.create("http://127.0.0.1:" + LoopbackPort.free());
    try (Nginx alone = Nginx.asking(nowhere, SharedTrino.second().uri());
        HttpClient sender = client(alone)) {
      HttpResponse<String> answer =
          send(sender, post(alone).header("Authorization", "Bearer " + token("alice")));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }
  }
}
