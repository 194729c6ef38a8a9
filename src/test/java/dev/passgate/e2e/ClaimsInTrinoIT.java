package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Trino takes what claims say for the client's own words. */
@NeedsServers
class ClaimsInTrinoIT {

  private static final String ACME = "passgate.issuers.acme.";

  @Test
  void runsAQueryWithTheRoleAndTheTagsOfTheToken() throws IOException, InterruptedException {
    try (LocalIssuer issuer = LocalIssuer.start("acme");
        Gateway gateway =
            Gateway.inFrontOf(SharedTrino.get().uri())
                .trust(issuer)
                .with(ACME + "trino.roles.mode", "replace")
                .with(ACME + "trino.roles.from.memory", "role")
                .with(ACME + "trino.client-tags.mode", "add")
                .with(ACME + "trino.client-tags.claims", "groups")
                .with(ACME + "trino.extra-credentials.mode", "replace")
                .with(ACME + "trino.extra-credentials.token", "token")
                .start();
        HttpClient client = HttpClient.newHttpClient()) {
      String token =
          issuer
              .token("alice")
              .claim("role", "data analyst")
              .claim("groups", List.of("sales", "eu"))
              .build();

      StatementClient.Outcome outcome =
          new StatementClient(client, gateway.uri())
              .run(
                  "SELECT current_user",
                  Map.of(
                      "Authorization", "Bearer " + token,
                      "X-Trino-Role", "memory=ROLE%7Broot%7D",
                      "X-Trino-Client-Tags", "own"));

      assertThat(outcome.error()).isNull();
      assertThat(outcome.single()).isEqualTo("alice");
      String path = outcome.pages().getFirst().getPath();
      JsonNode session = query(client, gateway, token, path.split("/", -1)[4]).get("session");
      assertThat(session.get("clientTags"))
          .map(JsonNode::asString)
          .containsExactlyInAnyOrder("eu", "own", "sales");
      assertThat(session.toString()).contains("data analyst").doesNotContain("root");
    }
  }

  private static JsonNode query(HttpClient client, Gateway gateway, String token, String id)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(gateway.uri().resolve("/v1/query/" + id))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonMapper.builder().build().readTree(response.body());
  }
}
