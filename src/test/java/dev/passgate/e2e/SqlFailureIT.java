package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.FaultProxy;
import dev.passgate.testing.http.FaultProxy.Fault;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SQL over plain HTTP on a real Trino that misbehaves. */
@NeedsServers
class SqlFailureIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static LocalIssuer issuer;
  private static FaultProxy trino;
  private static Gateway gateway;
  private static HttpClient client;
  private static StatementClient direct;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    trino = FaultProxy.inFrontOf(SharedTrino.get().uri());
    gateway =
        Gateway.inFrontOf(trino.uri())
            .cluster("gone", URI.create("http://127.0.0.1:9"))
            .trust(issuer)
            // Beyond the second that Trino holds a poll.
            .with("passgate.limits.answer-pause", "3s")
            .with("passgate.sql.retries", "5s")
            .start();
    client = HttpClient.newHttpClient();
    direct = new StatementClient(client, SharedTrino.get().uri());
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    trino.close();
    issuer.close();
  }

  @AfterEach
  void heal() {
    trino.heal();
  }

  private static HttpRequest request(String accept, String sql) {
    return HttpRequest.newBuilder(gateway.uri().resolve("/query"))
        .timeout(LIMIT)
        .header("Authorization", "Bearer " + issuer.token("alice").build())
        .header("Content-Type", "application/json")
        .header("Accept", accept)
        .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"))
        .build();
  }

  private static HttpResponse<String> query(String sql) throws Exception {
    return client.send(request("text/event-stream", sql), HttpResponse.BodyHandlers.ofString());
  }

  /** Makes rows for as long as anybody reads them. */
  private static String endless(String marker) {
    return "select orderkey, comment from tpch.sf1000.lineitem -- " + marker;
  }

  private static String states(String marker) {
    return direct
        .run(
            "select state, error_code from system.runtime.queries where query like '%-- "
                + marker
                + "' and query not like '%system.runtime%'",
            "operator")
        .rows()
        .toString();
  }

  private static void assertCancelled(String marker) {
    Poll.until(
        "the query to have been cancelled",
        LIMIT,
        () -> states(marker).equals("[[\"FAILED\",\"USER_CANCELED\"]]"));
  }

  private static BufferedReader reader(HttpResponse<InputStream> answer) {
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  private static String last(BufferedReader rows) {
    return rows.lines().filter(line -> !line.isEmpty()).reduce("", (_, line) -> line);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET_IN_BODY", "END_IN_BODY", "BROKEN_CHUNKING"})
  void saysThatRowsBrokeOffAndCancelsTheQuery(Fault fault) throws Exception {
    String marker = "broken " + fault.name();
    HttpResponse<InputStream> answer =
        client.send(
            request("text/event-stream", endless(marker)),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader rows = reader(answer)) {
      assertThat(rows.readLine()).contains("metadata");
      trino.fail(fault, head -> head.startsWith("GET "));

      assertThat(last(rows)).contains("\"type\":\"error\"", "CLUSTER_UNAVAILABLE");
    }
    assertCancelled(marker);
  }

  @Test
  void saysThatRowsDoNotComeAndCancelsTheQuery() throws Exception {
    HttpResponse<InputStream> answer =
        client.send(
            request("text/event-stream", endless("silence")),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader rows = reader(answer)) {
      assertThat(rows.readLine()).contains("metadata");
      trino.fail(Fault.SILENCE, head -> head.startsWith("GET "));

      assertThat(last(rows)).contains("\"type\":\"error\"", "CLUSTER_UNAVAILABLE");
    }
    assertCancelled("silence");
  }

  @Test
  void goesOnAfterACoordinatorThatWasAwayForAMoment() throws Exception {
    HttpResponse<InputStream> answer =
        client.send(
            request("application/x-ndjson", "select orderkey from tpch.sf1.lineitem limit 1000000"),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader rows = reader(answer)) {
      assertThat(rows.readLine()).contains("orderkey");
      AtomicInteger polls = new AtomicInteger();
      trino.fail(Fault.RESET, head -> head.startsWith("GET ") && polls.incrementAndGet() <= 4);

      assertThat(rows.lines().count()).isEqualTo(999_999);
      assertThat(polls).hasValueGreaterThan(4);
    }
  }

  @Test
  void cutsAnAnswerWhoseCoordinatorIsLost() throws Exception {
    HttpResponse<InputStream> answer =
        client.send(
            request("application/x-ndjson", endless("lost")),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader rows = reader(answer)) {
      assertThat(rows.readLine()).contains("orderkey");
      trino.stop();

      StringBuilder end = new StringBuilder();
      assertThat(catchThrowable(() -> rows.lines().forEach(line -> replace(end, line))))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(IOException.class);
      assertThat(end.toString()).startsWith("{\"error\":{").contains("CLUSTER_UNAVAILABLE");
    } finally {
      trino.restart();
    }
  }

  private static void replace(StringBuilder last, String line) {
    last.setLength(0);
    last.append(line);
  }

  @Test
  void answersAStatementThatNoClusterTook() throws Exception {
    trino.fail(Fault.RESET, head -> head.startsWith("POST "));

    Poll.until("the cluster to be chosen", LIMIT, () -> query("select 1").statusCode() == 502);
  }

  @Test
  void sendsAStatementToAnotherClusterWhereOneCannotBeReached() throws Exception {
    for (int i = 0; i < 10; i++) {
      HttpResponse<String> answer = query("select 1 as n");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("{\"n\":1}", "complete");
    }
  }

  @Test
  void passesWordsOfTheClusterOn() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri().resolve("/query"))
            .header("Authorization", "Bearer " + issuer.token("alice").build())
            .header("Content-Type", "application/json")
            .header("X-Trino-Time-Zone", "Nowhere/Else")
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"select 1\"}"))
            .build();

    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Nowhere/Else");
  }
}
