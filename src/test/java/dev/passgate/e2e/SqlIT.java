package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** SQL over plain HTTP, on a real Trino. */
@NeedsServers
class SqlIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Makes rows for as long as anybody reads them. */
  private static final String ENDLESS = "select orderkey, comment from tpch.sf1000.lineitem";

  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static HttpClient client;
  private static StatementClient direct;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(issuer)
            .with("passgate.authentication.expiry-grace", "0s")
            .with("passgate.issuers.acme.clock-skew", "0s")
            .start();
    client = HttpClient.newHttpClient();
    direct = new StatementClient(client, SharedTrino.get().uri());
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    issuer.close();
  }

  private static HttpRequest.Builder request(String path, String user, String body) {
    return HttpRequest.newBuilder(gateway.uri().resolve(path))
        .timeout(LIMIT)
        .header("Authorization", "Bearer " + issuer.token(user).build())
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> query(String accept, String body) {
    return send(request("/query", "alice", body).header("Accept", accept).build());
  }

  private static String sql(String statement, String... members) {
    Map<String, Object> body = new HashMap<>();
    body.put("sql", statement);
    StringBuilder json = new StringBuilder(JSON.writeValueAsString(body));
    json.setLength(json.length() - 1);
    for (String member : members) {
      json.append(",").append(member);
    }
    return json.append("}").toString();
  }

  private static List<String> lines(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().filter(line -> !line.isEmpty()).toList();
  }

  private static InputStream stream(HttpRequest request) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static String states(String marker) {
    return direct
        .run(
            "select distinct state, error_code from system.runtime.queries where query like '%"
                + marker
                + "%' and query not like '%system.runtime%'",
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

  /**
   * The last event of an answer with rows that a limit ended. Where the limit passes before the
   * first row the answer is a status instead, and a longer one is tried.
   */
  private static String endOfRows(int statusBeforeRows, IntFunction<HttpRequest> limitedToSeconds)
      throws Exception {
    for (int seconds = 3; ; seconds *= 3) {
      HttpResponse<InputStream> answer =
          client.send(limitedToSeconds.apply(seconds), HttpResponse.BodyHandlers.ofInputStream());
      try (BufferedReader events =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        if (answer.statusCode() == statusBeforeRows && seconds < LIMIT.toSeconds() / 3) {
          continue;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        Iterator<String> some = events.lines().filter(line -> !line.isEmpty()).iterator();
        assertThat(some.next()).contains("\"type\":\"metadata\"");
        assertThat(some.next()).contains("\"type\":\"row\"");
        String last = "";
        while (some.hasNext()) {
          last = some.next();
        }
        return last;
      }
    }
  }

  @Test
  void sendsEventsWhereNothingElseIsAskedFor() {
    List<String> events =
        lines(
            send(request("/query", "alice", sql("select 1 as one, 'x' as \"two three\"")).build()));

    assertThat(events)
        .containsExactly(
            "data: {\"type\":\"metadata\",\"columns\":[{\"name\":\"one\",\"type\":\"integer\"},"
                + "{\"name\":\"two three\",\"type\":\"varchar(1)\"}]}",
            "data: {\"type\":\"row\",\"data\":{\"one\":1,\"two three\":\"x\"}}",
            "data: {\"type\":\"complete\"}");
  }

  @Test
  void runsAsTheMappedUserWithTheSessionOfTheRequest() {
    HttpResponse<String> answer =
        query(
            "application/x-ndjson",
            sql(
                "select current_user u, current_catalog c, current_schema s, n"
                    + " from (select count(*) n from nation)",
                "\"catalog\":\"tpch\"",
                "\"schema\":\"tiny\"",
                "\"session\":{\"query_max_run_time\":\"5m\"}"));

    assertThat(lines(answer))
        .containsExactly("{\"u\":\"alice\",\"c\":\"tpch\",\"s\":\"tiny\",\"n\":25}");
    assertThat(answer.headers().firstValue("X-Trino-Query-Id")).get().asString().contains("_");
  }

  @Test
  void bindsParameters() {
    String injection = "'; drop table x --";
    HttpResponse<String> answer =
        query(
            "application/x-ndjson",
            sql(
                "select ? as t, ? + 1 as n, ? as b, ? as e, cardinality(?) as c, ? as d;",
                "\"parameters\":["
                    + JSON.writeValueAsString(injection)
                    + ",41,true,null,[1,2,3],{\"type\":\"date\",\"value\":\"2026-01-31\"}]"));

    assertThat(JSON.readTree(lines(answer).getFirst()))
        .isEqualTo(
            JSON.readTree(
                "{\"t\":\"'; drop table x --\",\"n\":42,\"b\":true,\"e\":null,\"c\":3,"
                    + "\"d\":\"2026-01-31\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/event-stream", "application/x-ndjson", "application/json", "text/csv"})
  void sendsEveryRow(String accept) {
    HttpResponse<String> answer =
        query(accept, sql("select orderkey, comment from tpch.tiny.orders"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).get().asString().startsWith(accept);
    long rows =
        switch (accept) {
          case "application/json" -> JSON.readTree(answer.body()).get("data").size();
          case "text/csv" -> answer.body().split("\r\n", -1).length - 2L;
          case "text/event-stream" ->
              lines(answer).stream().filter(line -> line.contains("\"type\":\"row\"")).count();
          default -> lines(answer).size();
        };
    assertThat(rows).isEqualTo(15_000);
  }

  @Test
  void showsRowsWhileTheQueryStillRuns() throws Exception {
    try (InputStream rows =
            stream(
                request("/query", "alice", sql(ENDLESS + " -- first"))
                    .header("Accept", "application/x-ndjson")
                    .build());
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(rows, StandardCharsets.UTF_8))) {
      assertThat(reader.readLine()).contains("orderkey");
      assertThat(states("-- first")).contains("RUNNING");
    }
    assertCancelled("-- first");
  }

  @Test
  void endsAnEndlessQueryAtTheSizeThatWasAskedFor() {
    List<String> rows =
        lines(query("application/x-ndjson", sql(ENDLESS + " -- size", "\"size\":1")));

    assertThat(rows).hasSize(1);
    assertCancelled("-- size");
  }

  @Test
  void endsAQueryThatTakesLongerThanItMay() throws Exception {
    String end =
        endOfRows(
            504,
            seconds ->
                request(
                        "/query",
                        "alice",
                        sql(ENDLESS + " -- timeout", "\"timeout\":\"" + seconds + "s\""))
                    .build());

    assertThat(end).contains("\"type\":\"error\"", "EXCEEDED_TIME_LIMIT");
    assertCancelled("-- timeout");
  }

  @Test
  void answersATimeoutBeforeTheFirstRowWithAStatus() {
    HttpResponse<String> answer =
        query(
            "application/x-ndjson",
            sql(
                "select count(*) from tpch.sf100.lineitem a cross join tpch.sf1.orders -- silent",
                "\"timeout\":\"2s\""));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(answer.body()).contains("EXCEEDED_TIME_LIMIT");
    assertCancelled("-- silent");
  }

  @Test
  void endsAQueryWhoseCredentialExpires() throws Exception {
    String end =
        endOfRows(
            401,
            seconds ->
                request("/query", "alice", sql(ENDLESS + " -- expiry"))
                    .setHeader(
                        "Authorization",
                        "Bearer "
                            + issuer.token("alice").expiresIn(Duration.ofSeconds(seconds)).build())
                    .build());

    assertThat(end).contains("\"type\":\"error\"", "ACCESS_ENDED", "expired");
    assertCancelled("-- expiry");
  }

  @Test
  void cancelsWhatNobodyReadsAnyMore() throws Exception {
    InputStream rows = stream(request("/query", "alice", sql(ENDLESS + " -- gone")).build());
    assertThat(rows.readNBytes(100)).hasSize(100);
    rows.close();

    assertCancelled("-- gone");
  }

  @Test
  void answersAnErrorOfTheStatementWithItsPlace() {
    HttpResponse<String> answer = query("text/csv", sql("select 1 +\n  from x"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.get("errorName").asString()).isEqualTo("SYNTAX_ERROR");
    assertThat(problem.at("/location/line").asInt()).isEqualTo(2);
    assertThat(problem.get("detail").asString()).contains("mismatched input");
    assertThat(problem.get("queryId").asString()).contains("_");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|sql is missing",
        "{'sql':''}|sql is missing",
        "{'sql':1}|sql is not a string",
        "{'sql':'select 1','sise':1,'x':2}|sise, x",
        "{'sql':'select 1','size':0}|size",
        "{'sql':'select 1','size':1.5}|size",
        "{'sql':'select 1','timeout':'soon'}|timeout",
        "{'sql':'select 1','parameters':{}}|parameters",
        "{'sql':'select ?','parameters':[{'type':'date) --','value':1}]}|type",
        "{'sql':'select 1','session':{'a,b':1}}|session",
        "{'sql':'select 1','catalog':'a,b'}|catalog",
        "{'sql':'select 1','filename':'x'}|filename",
        "{'sql':'select 1'|not JSON",
        "[]|not a JSON object",
        "{'sql':'select 1; select 2'}|mismatched input",
        "{'sql':'select * from nothing.x.y'}|Catalog 'nothing' not found",
        "{'sql':'select ?'}|Incorrect number of parameters",
        "{'sql':'selec 1','progress':true}|mismatched input"
      })
  void saysWhatIsWrongWithARequest(String body, String said) {
    HttpResponse<String> answer =
        query(
            "application/json",
            body.replace('\'', '"').replace("\"nothing\" not", "'nothing' not"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains(said);
  }

  @Test
  void refusesOtherContentAndOtherForms() {
    HttpRequest plain =
        HttpRequest.newBuilder(gateway.uri().resolve("/query"))
            .header("Authorization", "Bearer " + issuer.token("alice").build())
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("select 1"))
            .build();

    assertThat(send(plain).statusCode()).isEqualTo(415);
    assertThat(query("image/png", sql("select 1")).statusCode()).isEqualTo(406);
    assertThat(query("*/*", sql("select '" + "x".repeat(2 << 20) + "'")).statusCode())
        .isEqualTo(413);
  }

  @Test
  void asksForACredential() {
    HttpRequest nobody =
        HttpRequest.newBuilder(gateway.uri().resolve("/query"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(sql("select 1")))
            .build();

    assertThat(send(nobody).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "csv, , attachment; filename=\"download.csv\"",
    "json, ../../etc/passwd, passwd.json",
    "csv, Umsätze 2026, filename*=UTF-8''Ums%C3%A4tze%202026.csv"
  })
  void downloadsUnderASafeName(String form, String filename, String expected) {
    List<String> members = new ArrayList<>();
    if (filename != null) {
      members.add("\"filename\":" + JSON.writeValueAsString(filename));
    }
    HttpResponse<String> answer =
        send(
            request(
                    "/query/download/" + form,
                    "alice",
                    sql("select 1 as n", members.toArray(String[]::new)))
                .build());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .get()
        .asString()
        .startsWith("attachment")
        .contains(expected);
  }

  @Test
  void tellsThePlaceInAStatementWithParameters() {
    HttpResponse<String> answer = query("text/csv", sql("select ? +", "\"parameters\":[1]"));

    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.at("/location/line").asInt()).as(answer.body()).isEqualTo(1);
    assertThat(problem.at("/location/column").asInt()).isEqualTo(11);
  }

  @Test
  void takesHeadersInAnyCaseAndTheRequestsWordOverThem() {
    HttpResponse<String> answer =
        send(
            request(
                    "/query",
                    "alice",
                    sql(
                        "select current_catalog c, current_schema s",
                        "\"catalog\":\"tpch\"",
                        "\"session\":{\"query_max_run_time\":\"7m\"}"))
                .header("Accept", "application/x-ndjson")
                .header("x-trino-catalog", "memory")
                .header("x-trino-schema", "tiny")
                .header("x-trino-source", "lower")
                .header("x-trino-session", "query_max_run_time=1m")
                .build());

    assertThat(lines(answer)).containsExactly("{\"c\":\"tpch\",\"s\":\"tiny\"}");
    String id = answer.headers().firstValue("X-Trino-Query-Id").orElseThrow();
    assertThat(
            direct
                .run("select source from system.runtime.queries where query_id = '" + id + "'", "x")
                .single())
        .isEqualTo("lower");
  }

  @Test
  void endsStatementsThatHaveNoRows() {
    assertThat(lines(query("text/event-stream", sql("create table memory.default.t (x bigint)"))))
        .last()
        .isEqualTo("data: {\"type\":\"complete\"}");
    assertThat(lines(query("application/x-ndjson", sql("drop table memory.default.t"))))
        .allSatisfy(line -> assertThat(JSON.readTree(line)).isNotNull());
  }
}
