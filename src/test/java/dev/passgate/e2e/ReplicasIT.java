package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.balancer.HaProxy;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.TrinoCli;
import io.trino.jdbc.TrinoResultSet;
import java.net.URI;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two gateways that share nothing but a signing key, behind a balancer that sends each request to
 * the other one, in front of two real Trinos.
 */
@NeedsServers
class ReplicasIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SIGNING_KEY = "cmVwbGljYXMgdGhhdCBzaGFyZSBvbmUgc2VjcmV0ISE=";
  private static final int SESSIONS = 4;

  private static final int[] PORTS = {LoopbackPort.free(), LoopbackPort.free()};
  private static final @Nullable Gateway[] REPLICAS = new Gateway[PORTS.length];

  private static LocalIssuer issuer;
  private static HaProxy balancer;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    assumeTrue(HaProxy.isInstalled(), "HAProxy is not installed");
    issuer = LocalIssuer.start("acme");
    client = HttpClient.newHttpClient();
    List<URI> addresses = new ArrayList<>();
    for (int i = 0; i < PORTS.length; i++) {
      startReplica(i);
      addresses.add(URI.create("http://127.0.0.1:" + PORTS[i]));
    }
    balancer = HaProxy.inFrontOf(addresses);
  }

  @AfterAll
  static void stop() {
    if (balancer == null) {
      return;
    }
    balancer.close();
    for (int i = 0; i < PORTS.length; i++) {
      stopReplica(i);
    }
    client.close();
    issuer.close();
  }

  private static void startReplica(int number) {
    REPLICAS[number] =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .with("passgate.clusters.other.url", SharedTrino.second().uri())
            .with("passgate.signing-key", SIGNING_KEY)
            .with("passgate.trusted-proxies", "127.0.0.1")
            .with("server.port", PORTS[number])
            .trust(issuer)
            .start();
  }

  private static void stopReplica(int number) {
    Gateway replica = REPLICAS[number];
    if (replica != null) {
      REPLICAS[number] = null;
      replica.close();
    }
  }

  private static Map<String, String> bearer() {
    return Map.of("Authorization", "Bearer " + issuer.token("alice").build());
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        JdbcUrl.withToken(
            balancer.tlsUri(),
            balancer.certificate().certificatePem(),
            issuer.token("alice").build()));
  }

  private static List<String> strings(ResultSet results) throws SQLException {
    List<String> values = new ArrayList<>();
    while (results.next()) {
      values.add(results.getString(1));
    }
    return values;
  }

  /** What the coordinator of a query is known by. */
  private static String coordinator(String queryId) {
    return queryId.substring(queryId.lastIndexOf('_') + 1);
  }

  @Test
  void everyPollGoesToTheOtherReplica() {
    Set<String> coordinators = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      PagedQuery query =
          PagedQuery.post(client, balancer.uri(), bearer(), "select * from tpch.tiny.orders")
              .toEnd();

      assertThat(query.rows()).hasSize(15_000);
      List<String> servers = query.headers(HaProxy.SERVER);
      assertThat(servers).hasSizeGreaterThan(3);
      for (int page = 1; page < servers.size(); page++) {
        assertThat(servers.get(page)).isNotEqualTo(servers.get(page - 1));
      }
      coordinators.add(coordinator(query.id()));
    }
    assertThat(coordinators).hasSize(2);
  }

  @Test
  void commandLineKeepsItsSession() {
    TrinoCli.Result result =
        TrinoCli.to(balancer.tlsUri())
            .trust(balancer.certificate().certificatePem())
            .accessToken(issuer.token("alice").build())
            .execute(
                "select current_user; use tpch.tiny; set session query_max_run_time = '17m';"
                    + " show session like 'query_max_run_time';"
                    + " prepare one from select name from nation where nationkey = ?;"
                    + " execute one using 3;"
                    + " start transaction; select count(*) from region;"
                    + " select count(*) from nation; commit; select 'the end'");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines())
        .contains("\"alice\"", "\"CANADA\"", "\"5\"", "\"25\"", "\"the end\"")
        .anyMatch(line -> line.startsWith("\"query_max_run_time\",\"17m\""));
  }

  @Test
  void driverKeepsItsSession() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set session query_max_run_time = '17m'");
      statement.execute("use tpch.sf1");
      for (int i = 0; i < 3; i++) {
        try (ResultSet session = statement.executeQuery("show session like 'query_max_run_time'")) {
          assertThat(session.next()).isTrue();
          assertThat(session.getString("Value")).isEqualTo("17m");
        }
      }
      try (PreparedStatement prepared =
          connection.prepareStatement(
              "select count(*) from tpch.tiny.nation where regionkey = ?")) {
        for (int region = 0; region < 4; region++) {
          prepared.setInt(1, region);
          assertThat(strings(prepared.executeQuery())).containsExactly("5");
        }
      }
      assertThat(connection.getSchema()).isEqualTo("sf1");
    }
  }

  @Test
  void transactionsStayWhereTheyBegan() throws SQLException {
    Set<String> coordinators = new HashSet<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 4; i++) {
        Set<String> of = new HashSet<>();
        for (int read = 0; read < 3; read++) {
          try (ResultSet results =
              statement.executeQuery("select count(*) from tpch.tiny.nation")) {
            of.add(coordinator(results.unwrap(TrinoResultSet.class).getQueryId()));
            assertThat(strings(results)).containsExactly("25");
          }
        }
        assertThat(of).hasSize(1);
        coordinators.addAll(of);
        if (i % 2 == 0) {
          connection.commit();
        } else {
          connection.rollback();
        }
      }
      // The memory connector says this where it is in a transaction, and only there.
      assertThatThrownBy(
              () -> statement.execute("create table memory.default.refused as select 1 x"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("autocommit");
      connection.rollback();
    }
    assertThat(coordinators).hasSize(2);
  }

  @Test
  void sessionsSurviveThatReplicasComeAndGo() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger queries = new AtomicInteger();
    List<CompletableFuture<Void>> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(
          CompletableFuture.runAsync(() -> readUntil(enough, queries), Thread::startVirtualThread));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(sessions.toArray(CompletableFuture[]::new));
    try {
      for (int replica = 0; replica < PORTS.length; replica++) {
        awaitMore(queries, all);
        stopReplica(replica);
        awaitMore(queries, all);
        startReplica(replica);
      }
      awaitMore(queries, all);
    } finally {
      enough.set(true);
    }
    all.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits until every session has read something that it had not begun yet. */
  private static void awaitMore(AtomicInteger queries, CompletableFuture<Void> sessions) {
    int before = queries.get();
    Poll.until(
        "the sessions to go on",
        LIMIT,
        () -> queries.get() >= before + 2 * SESSIONS || sessions.isCompletedExceptionally());
  }

  private static void readUntil(AtomicBoolean enough, AtomicInteger queries) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      while (!enough.get()) {
        try (ResultSet results =
            statement.executeQuery("select orderkey, comment from tpch.tiny.orders")) {
          assertThat(strings(results)).hasSize(15_000);
        }
        queries.incrementAndGet();
      }
    } catch (SQLException e) {
      throw new AssertionError("a session failed", e);
    }
  }
}
