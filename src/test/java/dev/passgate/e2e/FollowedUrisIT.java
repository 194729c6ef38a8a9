package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the answers of a real Trino send a client: nowhere but to the gateway. */
@NeedsServers
class FollowedUrisIT {

  private static LocalIssuer acme;
  private static LocalIssuer globex;
  private static Gateway gateway;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    acme = LocalIssuer.start("acme");
    globex = LocalIssuer.start("globex");
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(acme)
            .trust(globex)
            .tls(SelfSignedCertificate.create())
            .start();
    client = HttpClient.newBuilder().sslContext(gateway.certificate().clientContext()).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    globex.close();
    acme.close();
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private void followsToTheEndOn(URI server) {
    StatementClient.Outcome outcome =
        new StatementClient(client, server)
            .run("select * from tpch.tiny.orders", bearer(acme.token("alice").build()));

    assertThat(outcome.error()).isNull();
    assertThat(outcome.rows()).hasSize(15_000);
    assertThat(outcome.pages())
        .hasSizeGreaterThan(3)
        .allSatisfy(
            page -> {
              assertThat(page.getScheme()).isEqualTo(server.getScheme());
              assertThat(page.getAuthority()).isEqualTo(server.getAuthority());
            });
  }

  @Test
  void stayOnTheClearListener() {
    followsToTheEndOn(gateway.uri());
  }

  @Test
  void stayOnTheTlsListener() {
    followsToTheEndOn(gateway.tlsUri());
  }

  @Test
  void usersOfEveryIssuerAreThemselves() {
    StatementClient statements = new StatementClient(client, gateway.uri());

    assertThat(statements.run("select current_user", bearer(acme.token("alice").build())).single())
        .isEqualTo("alice");
    assertThat(statements.run("select current_user", bearer(globex.token("bob").build())).single())
        .isEqualTo("bob");
  }

  @Test
  void neverNameTrino() throws Exception {
    HttpRequest post =
        HttpRequest.newBuilder(gateway.uri().resolve("/v1/statement"))
            .header("Authorization", "Bearer " + acme.token("alice").build())
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString("select 1"))
            .build();

    HttpResponse<String> answer = client.send(post, HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"nextUri\":\"" + gateway.uri() + "/v1/statement/queued/")
        .contains("\"infoUri\":\"" + gateway.uri() + "/ui/query.html?")
        .doesNotContain(":" + SharedTrino.get().uri().getPort());
    assertThat(answer.headers().map().toString())
        .doesNotContain(":" + SharedTrino.get().uri().getPort());
  }
}
