package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** SQL over plain HTTP goes through the gate that Trino's own protocol goes through. */
@NeedsServers
class SqlGateIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** {@code htpasswd -nbB -C 8}, of "correct horse". */
  private static final String CAROL =
      "carol:$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi\n";

  private static final String ENDLESS = "select orderkey, comment from tpch.sf1000.lineitem";

  private static LocalIssuer issuer;
  private static Path folder;
  private static Path denyList;
  private static Gateway gateway;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException {
    issuer = LocalIssuer.start("acme");
    folder = TemporaryFolder.create("sql-gate");
    Path passwords = Files.writeString(folder.resolve("passwords"), CAROL);
    denyList = Files.writeString(folder.resolve("denied.json"), "{}");
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(issuer)
            .with("passgate.issuers.acme.deny-list", denyList)
            .with("passgate.authentication.basic.file.path", passwords)
            .with("passgate.authentication.basic.tokens", "true")
            .with("passgate.limits.queries-per-user", 1)
            .with("passgate.impersonation.rules[0].user", "boss")
            .with("passgate.impersonation.rules[0].as", "clerk")
            // Trino itself has no rule by which boss may be clerk.
            .with("passgate.clusters.main.original-user", "omit")
            .with("passgate.clusters.main.labels", "all")
            .with("passgate.routing.rules[0].name", "known")
            .with("passgate.routing.rules[0].user", "alice|bob|dave|erin|carol|clerk|boss")
            .with("passgate.routing.rules[0].label", "all")
            .with("passgate.routing.unmatched", "refuse")
            .start();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    issuer.close();
    TemporaryFolder.delete(folder);
  }

  private static HttpRequest.Builder request(String sql) {
    return HttpRequest.newBuilder(gateway.uri().resolve("/query"))
        .timeout(LIMIT)
        .header("Content-Type", "application/json")
        .header("Accept", "application/x-ndjson")
        .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"));
  }

  private static HttpRequest.Builder as(String user, String sql) {
    return request(sql).header("Authorization", "Bearer " + issuer.token(user).build());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private static void assertUser(HttpRequest.Builder request, String user) throws Exception {
    HttpResponse<String> answer = send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"u\":\"" + user + "\"}\n");
  }

  @Test
  void takesEveryKindOfCredential() throws Exception {
    String sql = "select current_user as u";
    String token = issuer.token("alice").build();

    assertUser(request(sql).header("Authorization", "Bearer " + token), "alice");
    assertUser(request(sql).header("idtoken", token), "alice");
    assertUser(request(sql).header("Authorization", basic("alice", token)), "alice");
    assertUser(request(sql).header("Authorization", basic("carol", "correct horse")), "carol");
    assertThat(send(request(sql)).statusCode()).isEqualTo(401);
    assertThat(send(request(sql).header("Authorization", basic("carol", "x"))).statusCode())
        .isEqualTo(401);
    assertThat(send(request(sql).header("idtoken", token + "x")).statusCode()).isEqualTo(401);
    assertThat(
            send(request(sql)
                    .header("Authorization", "Bearer " + token)
                    .header("idtoken", issuer.token("bob").build()))
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void believesNoHeaderOfTheClientsAboutWhoItIs() throws Exception {
    assertUser(
        as("alice", "select current_user as u")
            .header("X-Trino-Original-User", "root")
            .header("X-Trino-User", "root")
            .header("X_Trino_User", "root")
            .header("X-Trino-Original-Roles", "hive=admin"),
        "alice");
  }

  @Test
  void runsAsWhomTheCallerMayActAs() throws Exception {
    assertThat(send(as("boss", "select 1").header("X-Trino-User", "root")).statusCode())
        .isEqualTo(403);
    assertUser(as("boss", "select current_user as u").header("X-Trino-User", "clerk"), "clerk");
  }

  @Test
  void asksTheRoutingRules() throws Exception {
    HttpResponse<String> answer = send(as("stranger", "select 1"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("no routing rule names a Trino cluster");
  }

  private static BufferedReader stream(HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  @Test
  void countsRunningQueriesOfTheirUser() throws Exception {
    try (BufferedReader rows = stream(as("dave", ENDLESS))) {
      assertThat(rows.readLine()).contains("orderkey");

      HttpResponse<String> refused = send(as("dave", "select 1"));
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertUser(as("bob", "select current_user as u"), "bob");
    }
    Poll.until(
        "the place to be free", LIMIT, () -> send(as("dave", "select 1")).statusCode() == 200);
  }

  @Test
  void givesNoMoreRowsToWhoIsDeniedMeanwhile() throws Exception {
    try (BufferedReader rows =
        stream(
            request(ENDLESS)
                .header(
                    "Authorization",
                    "Bearer " + issuer.token("erin").claim("sub", "leaver").build())
                .setHeader("Accept", "text/event-stream"))) {
      assertThat(rows.readLine()).contains("metadata");
      Files.writeString(denyList, "{\"sub\":[\"leaver\"]}");

      assertThat(rows.lines().filter(line -> !line.isEmpty()).reduce("", (_, line) -> line))
          .contains("\"type\":\"error\"", "ACCESS_ENDED");
    }
  }

  @Test
  void writesEachQueryDown() throws Exception {
    try (CapturedLog log = CapturedLog.open()) {
      HttpResponse<String> answer =
          send(as("bob", "select 'of the audit'").header("X-Trino-Source", "sql-audit"));
      assertThat(answer.statusCode()).isEqualTo(200);
      String id = answer.headers().firstValue("X-Trino-Query-Id").orElseThrow();

      Poll.until("the audit", LIMIT, () -> audited(log, id).size() >= 2);
      assertThat(audited(log, id).getFirst())
          .contains(
              "\"event\":\"query\"",
              "\"user\":\"bob\"",
              "\"issuer\":\"acme\"",
              "\"cluster\":\"main\"",
              "\"clientSource\":\"sql-audit\"",
              "\"route\":\"sql\"",
              "\"status\":200")
          .doesNotContain("of the audit");
      assertThat(audited(log, id).getLast())
          .contains("\"event\":\"query-end\"", "\"state\":\"FINISHED\"");
    }
  }

  private static List<String> audited(CapturedLog log, String queryId) {
    return log.of("passgate.audit").stream()
        .filter(line -> line.contains("\"queryId\":\"" + queryId + "\""))
        .toList();
  }
}
