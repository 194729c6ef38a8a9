package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import io.trino.jdbc.TrinoResultSet;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trino's own JDBC driver, through the gateway to a real Trino. */
@NeedsServers
class TrinoJdbcIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static LocalIssuer issuer;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(issuer)
            .tls(SelfSignedCertificate.create())
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuer.close();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        JdbcUrl.withToken(
            gateway.tlsUri(),
            gateway.certificate().certificatePem(),
            issuer.token("alice").build()));
  }

  private static Connection connectDirectly() throws SQLException {
    return DriverManager.getConnection(JdbcUrl.withUser(SharedTrino.get().uri(), "operator"));
  }

  private static List<String> strings(ResultSet results) throws SQLException {
    List<String> values = new ArrayList<>();
    while (results.next()) {
      values.add(results.getString(1));
    }
    return values;
  }

  @Test
  void isTheUserOfTheToken() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThat(strings(statement.executeQuery("select current_user"))).containsExactly("alice");
      assertThat(connection.isValid(10)).isTrue();
    }
  }

  @Test
  void carriesPreparedStatementOfOverAHundredKilobytesInAHeader() throws SQLException {
    // Random, so that the driver's compression leaves more than 100 KB of it.
    StringBuilder text = new StringBuilder();
    new Random(476)
        .ints(200_000, 0, 64)
        .forEach(
            i ->
                text.append(
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".charAt(i)));
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement("select length('" + text + "') + ?")) {
      statement.setInt(1, 7);
      assertThat(strings(statement.executeQuery())).containsExactly("200007");
    }
  }

  @Test
  void readsMetadata() throws SQLException {
    try (Connection connection = connect()) {
      assertThat(connection.getMetaData().getDatabaseProductVersion()).isNotEmpty();
      try (ResultSet schemas = connection.getMetaData().getSchemas("tpch", "tiny")) {
        assertThat(strings(schemas)).containsExactly("tiny");
      }
      List<String> columns = new ArrayList<>();
      try (ResultSet results =
          connection.getMetaData().getColumns("tpch", "tiny", "nation", null)) {
        while (results.next()) {
          columns.add(results.getString("COLUMN_NAME"));
        }
      }
      assertThat(columns).containsExactly("nationkey", "name", "regionkey", "comment");
    }
  }

  @Test
  void cancelsQueryInTheMiddle() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      CompletableFuture<Throwable> outcome = CompletableFuture.supplyAsync(() -> drain(statement));
      String query = "like '%mark of the query to cancel%' and query not like '%runtime%'";
      Poll.until("the query to run", LIMIT, () -> states("query " + query).contains("RUNNING"));

      statement.cancel();

      assertThat(outcome.orTimeout(60, TimeUnit.SECONDS).join()).isInstanceOf(SQLException.class);
      Poll.until(
          "the query to have ended in Trino",
          LIMIT,
          () -> states("query " + query).equals(List.of("FAILED")));
      assertThat(column("error_code", "query " + query)).containsExactly("USER_CANCELED");
    }
  }

  private static Throwable drain(Statement statement) {
    try (ResultSet results =
        statement.executeQuery(
            "select count(*), 'mark of the query to cancel' from tpch.sf1000.lineitem")) {
      while (results.next()) {
        results.getString(1);
      }
      return new AssertionError("the query was not cancelled");
    } catch (SQLException e) {
      return e;
    }
  }

  private static List<String> states(String where) throws SQLException {
    return column("state", where);
  }

  private static List<String> column(String name, String where) throws SQLException {
    try (Connection connection = connectDirectly();
        Statement statement = connection.createStatement()) {
      return strings(
          statement.executeQuery("select " + name + " from system.runtime.queries where " + where));
    }
  }

  @Test
  void keepsTransaction() throws SQLException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        assertThat(strings(statement.executeQuery("select count(*) from tpch.tiny.nation")))
            .containsExactly("25");
        assertThat(strings(statement.executeQuery("select count(*) from tpch.tiny.region")))
            .containsExactly("5");
      }
      connection.commit();
      try (Statement statement = connection.createStatement()) {
        // The memory connector says this where it is in a transaction, and only there.
        assertThatThrownBy(
                () -> statement.execute("create table memory.default.refused as select 1 x"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("autocommit");
      }
      connection.rollback();
    }
  }

  @Test
  void keepsSessionThatStatementsChange() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set session query_max_run_time = '17m'");
      statement.execute("use tpch.sf1");
      assertThat(connection.getSchema()).isEqualTo("sf1");
      try (ResultSet session = statement.executeQuery("show session like 'query_max_run_time'")) {
        assertThat(session.next()).isTrue();
        assertThat(session.getString("Value")).isEqualTo("17m");
      }
    }
  }

  @Test
  void showsErrorOfTrinoWhole() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  strings(statement.executeQuery("select 1 / (nationkey - nationkey) from nation")))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Division by zero")
          .hasRootCauseMessage("/ by zero")
          .extracting(e -> ((SQLException) e).getErrorCode())
          .isEqualTo(8);
    }
  }

  @Test
  void readsQueryIdOfTrino() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery("select 1")) {
      String queryId = results.unwrap(TrinoResultSet.class).getQueryId();
      assertThat(column("\"user\"", "query_id = '" + queryId + "'")).containsExactly("alice");
    }
  }
}
