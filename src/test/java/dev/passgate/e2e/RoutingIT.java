package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which of several clusters a new query goes to. The cluster {@code main} is for what people do,
 * {@code etl} for the rest, and {@code old} is a draining one beside it.
 */
class RoutingIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String RULE = "passgate.routing.rules[";
  private static final Map<String, RecordingOrigin> CLUSTERS = new LinkedHashMap<>();

  private static LocalIssuer acme;
  private static LocalIssuer corp;
  private static Gateway gateway;
  private static int rules;

  private static RecordingOrigin origin(String name) {
    return Objects.requireNonNull(CLUSTERS.get(name), name);
  }

  private static void rule(Gateway.Builder builder, String label, String... conditions) {
    String key = RULE + rules++ + "].";
    builder.with(key + "label", label);
    for (String condition : conditions) {
      String[] parts = condition.split("=", 2);
      builder.with(key + parts[0], parts[1]);
    }
  }

  @BeforeAll
  static void start() {
    acme = LocalIssuer.start("acme");
    corp = LocalIssuer.start("corp");
    for (String name : List.of("main", "etl", "old")) {
      CLUSTERS.put(name, RecordingOrigin.start());
    }
    Gateway.Builder builder =
        Gateway.inFrontOf(origin("main").uri())
            .cluster("etl", origin("etl").uri())
            .cluster("old", origin("old").uri())
            .trust(acme)
            .trust(corp)
            .with("passgate.clusters.main.labels", "interactive,all")
            .with("passgate.clusters.etl.labels", "batch,all")
            .with("passgate.clusters.etl.weight", 2)
            .with("passgate.clusters.old.labels", "batch,all,retired")
            .with("passgate.clusters.old.state", "draining")
            .with("passgate.issuers.acme.groups.claims", "groups")
            .with("passgate.impersonation.rules[0].user", "superset")
            .with("passgate.impersonation.rules[0].as", "carol")
            .with("passgate.routing.unmatched", "refuse")
            .with("passgate.routing.default-label", "interactive")
            .with("passgate.routing.balance", "round-robin");
    rules = 0;
    rule(builder, "retired", "name=retired", "source=retired");
    rule(builder, "all", "name=spread", "source=spread");
    rule(builder, "batch", "name=corp", "issuer=corp");
    rule(builder, "batch", "name=unit", "claims[org.unit]=sales,hr");
    rule(builder, "batch", "name=services", "user=.+-svc");
    rule(builder, "batch", "name=carol", "user=carol", "original-user=superset");
    rule(builder, "batch", "name=group", "groups=loaders");
    rule(builder, "batch", "name=source", "source=dbt.*");
    rule(builder, "batch", "name=tags", "client-tags=nightly,large");
    rule(builder, "batch", "name=catalog", "catalog=archive");
    rule(builder, "batch", "name=session", "session[query_priority]=[0-3]");
    rule(builder, "batch", "name=header", "headers[X-Tool]=Airflow.*");
    rule(builder, "batch", "name=writes", "statement=write,ddl");
    rule(builder, "interactive", "name=people", "user=alice|superset");
    gateway = builder.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    CLUSTERS.values().forEach(RecordingOrigin::close);
    acme.close();
    corp.close();
  }

  @BeforeEach
  void reset() {
    CLUSTERS.values().forEach(RecordingOrigin::reset);
  }

  private static String alice() {
    return acme.token("alice").build();
  }

  /** The clusters that requests reached since they were reset. */
  private static List<String> reached() {
    List<String> names = new ArrayList<>();
    CLUSTERS.forEach((name, origin) -> origin.requests().forEach(_ -> names.add(name)));
    return names;
  }

  private static void assertGoesTo(String cluster, String request) {
    RawResponse answer = RawHttp.exchange(gateway.uri(), request);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(reached()).containsExactly(cluster);
  }

  private static JsonNode explained(String target, String token, String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("Authorization: Bearer " + token);
    RawResponse answer =
        RawHttp.exchange(
            gateway.managementUri(),
            GuardedOrigin.request("POST", target, all.toArray(String[]::new)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.text()).get("routing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main | X-Trino-Source: trino-cli
          etl | X-Trino-Source: dbt-1.9
          etl | X-Trino-Client-Tags: large, x, nightly
          main | X-Trino-Client-Tags: large
          etl | X-Trino-Catalog: archive
          main | X-Trino-Catalog: lake
          etl | X-Trino-Session: a=1,query_priority=%33
          main | X-Trino-Session: query_priority=9
          etl | x-tool: Airflow/3
          """)
  void choosesByWhatTheClientSays(String cluster, String line) {
    assertGoesTo(cluster, Requests.post(alice(), "SELECT 1", line));
  }

  @Test
  void choosesByClaim() {
    assertGoesTo(
        "etl",
        Requests.post(
            acme.token("alice").claim("org", Map.of("unit", List.of("x", "hr"))).build(),
            "TABLE t"));
  }

  @Test
  void choosesByUser() {
    assertGoesTo("etl", Requests.post(acme.token("loader-svc").build(), "SELECT 1"));
  }

  @Test
  void choosesByGroup() {
    assertGoesTo(
        "etl", Requests.post(acme.token("alice").claim("groups", "loaders").build(), "SELECT 1"));
  }

  @Test
  void choosesByIssuer() {
    assertGoesTo("etl", Requests.post(corp.token("alice").build(), "SELECT 1"));
  }

  @Test
  void choosesByTheUserThatTheQueryRunsAs() {
    String superset = acme.token("superset").build();
    assertGoesTo("etl", Requests.post(superset, "SELECT 1", "X-Trino-User: carol"));
    reset();
    assertGoesTo("main", Requests.post(superset, "SELECT 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main | SELECT 1
          main | EXPLAIN INSERT INTO t VALUES 1
          main | SET SESSION a = 1
          etl | /* nightly */ insert into t select 1
          etl | CREATE TABLE t (a int)
          etl | EXPLAIN ANALYZE DELETE FROM t
          etl | EXECUTE loader USING 1
          main | EXECUTE reader
          etl | EXECUTE IMMEDIATE 'DELETE FROM t'
          """)
  void choosesByWhatTheStatementDoes(String cluster, String statement) {
    assertGoesTo(
        cluster,
        Requests.post(
            alice(),
            statement,
            "X-Trino-Prepared-Statement: loader=INSERT+INTO+t+VALUES+%3F",
            "X-Trino-Prepared-Statement: reader=SELECT+1"));
    RecordedRequest arrived = origin(cluster).requests().getFirst();
    assertThat(arrived.body()).isEqualTo(statement);
    assertThat(arrived.headers("Content-Length")).containsExactly("" + statement.length());
    assertThat(arrived.headers("Transfer-Encoding")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 60_000, 70_000, 1_000_000})
  void statementArrivesByteByByte(int length) {
    String statement = "INSERT INTO t VALUES '" + "é".repeat(length) + "\0\r\n'";
    String bytes =
        new String(statement.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertGoesTo("etl", Requests.post(alice(), bytes));
    assertThat(origin("etl").requests().getFirst().body()).isEqualTo(bytes);
  }

  @Test
  void statementThatTellsTooLateIsOfNoKnownKind() {
    String statement = "/*" + "x".repeat(100_000) + "*/ INSERT INTO t VALUES 1";

    assertGoesTo("main", Requests.post(alice(), statement));
    assertThat(origin("main").requests().getFirst().body()).isEqualTo(statement);
  }

  @Test
  void statementMayComeInPieces() {
    String head =
        Requests.head(
            "POST", "/v1/statement", alice(), new String[0], "Transfer-Encoding: chunked");
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      client.send(head);
      client.send("3\r\nINS\r\n").send("4\r\nERT \r\n").send("6\r\nINTO t\r\n");
      RawResponse answer = client.send("8\r\n TABLE s\r\n").send("0\r\n\r\n").read();
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
    assertThat(reached()).containsExactly("etl");
    assertThat(origin("etl").requests().getFirst().body()).isEqualTo("INSERT INTO t TABLE s");
  }

  @Test
  void nothingArrivesOfAStatementThatIsNotSentToItsEnd() {
    try (RawHttp client = RawHttp.connect(gateway.uri())) {
      client.send(
          Requests.head("POST", "/v1/statement", alice(), new String[0], "Content-Length: 100")
              + "CREATE TABLE t (a int, ");
    }
    assertGoesTo("main", Requests.of("GET", "/ui/", alice()));
  }

  @Test
  void emptyStatementIsOfNoKnownKind() {
    assertGoesTo("main", Requests.post(alice(), ""));
  }

  @Test
  void refusesWhatNoRuleMatches() {
    RawResponse answer =
        RawHttp.exchange(
            gateway.uri(),
            Requests.post(acme.token("mallory").build(), "SELECT " + "1".repeat(200_000)));

    Requests.assertFailure(answer, 403);
    assertThat(Requests.said(answer))
        .isEqualTo("no routing rule names a Trino cluster for this request");
    assertThat(reached()).isEmpty();
  }

  @Test
  void publicRouteIsForNoRuleToRefuse() {
    assertGoesTo("main", Requests.of("GET", "/v1/info", "", "X-Trino-Source: dbt"));
  }

  @Test
  void drainingClusterGetsNothingNew() {
    Requests.assertPassing(
        RawHttp.exchange(
            gateway.uri(), Requests.post(alice(), "SELECT 1", "X-Trino-Source: retired")),
        503);
    assertThat(reached()).isEmpty();
  }

  @Test
  void spreadsByWeight() {
    for (int i = 0; i < 6; i++) {
      RawHttp.exchange(gateway.uri(), Requests.post(alice(), "SELECT 1", "X-Trino-Source: spread"));
    }

    assertThat(origin("main").awaitRequests(2, LIMIT)).hasSize(2);
    assertThat(origin("etl").awaitRequests(4, LIMIT)).hasSize(4);
    assertThat(origin("old").requests()).isEmpty();
  }

  @Test
  void clusterThatCannotBeConnectedToIsPassedOver() {
    ClusterStates states = gateway.context().getBean(ClusterStates.class);
    Cluster main = Objects.requireNonNull(gateway.context().getBean(Clusters.class).find("main"));
    for (int i = 0; i < 3; i++) {
      states.connectionFailed(main);
    }
    try {
      for (int i = 0; i < 3; i++) {
        RawHttp.exchange(
            gateway.uri(), Requests.post(alice(), "SELECT 1", "X-Trino-Source: spread"));
      }
      assertThat(reached()).containsExactly("etl", "etl", "etl");
    } finally {
      states.answered(main);
    }
    reset();
    assertGoesTo("main", Requests.post(alice(), "SELECT 1"));
  }

  @Test
  void dryRunTellsTheRuleTheLabelAndTheClusters() {
    JsonNode routing = explained("/explain?statement=insert+into+t+select+1", alice());

    // Those that have answered another test are known to be up.
    assertThat(JsonMapper.shared().readTree(routing.toString().replace("\"up\"", "\"unknown\"")))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"statement": "write", "outcome": "chosen", "rule": "writes", "label": "batch",
                     "clusters": [
                       {"name": "etl", "state": "unknown", "draining": false, "weight": 2,
                        "running": 0},
                       {"name": "old", "state": "unknown", "draining": true, "weight": 1,
                        "running": 0}],
                     "chosen": "etl"}
                    """));
    assertThat(reached()).isEmpty();
  }

  @Test
  void dryRunTakesTheHeadersOfTheRequest() {
    assertThat(explained("/explain", alice(), "X-Trino-Source: dbt").get("rule").asString())
        .isEqualTo("source");
    JsonNode prepared =
        explained(
            "/explain?statement=EXECUTE+p", alice(), "X-Trino-Prepared-Statement: p=DROP+TABLE+t");
    assertThat(prepared.get("statement").asString()).isEqualTo("ddl");
    JsonNode retired = explained("/explain", alice(), "X-Trino-Source: retired");
    assertThat(retired.get("outcome").asString()).isEqualTo("unavailable");
    assertThat(retired.has("chosen")).isFalse();
    JsonNode mallory = explained("/explain", acme.token("mallory").build());
    assertThat(mallory.get("outcome").asString()).isEqualTo("unmatched");
    assertThat(explained("/explain?route=info", "").get("label").asString())
        .isEqualTo("interactive");
  }
}
