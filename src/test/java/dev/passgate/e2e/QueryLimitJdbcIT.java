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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trino's own JDBC driver, with more queries of a real Trino than its user may run. */
@NeedsServers
class QueryLimitJdbcIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SLOW = "select count(*) from tpch.sf1000.lineitem";

  private static LocalIssuer issuer;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(issuer)
            .tls(SelfSignedCertificate.create())
            .with("passgate.limits.queries-per-user", 2)
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
            issuer.token("limited").build()));
  }

  private static int count(Statement statement) throws SQLException {
    try (ResultSet results = statement.executeQuery("select count(*) from tpch.tiny.nation")) {
      assertThat(results.next()).isTrue();
      int count = results.getInt(1);
      assertThat(results.next()).isFalse();
      return count;
    }
  }

  private static CompletableFuture<Throwable> run(Statement statement) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (ResultSet results = statement.executeQuery(SLOW)) {
            while (results.next()) {
              results.getString(1);
            }
            return new AssertionError("the query was not cancelled");
          } catch (SQLException e) {
            return e;
          }
        },
        // The common pool may have one thread only.
        Thread::startVirtualThread);
  }

  private static long running() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(JdbcUrl.withUser(SharedTrino.get().uri(), "operator"));
        Statement statement = connection.createStatement();
        ResultSet results =
            statement.executeQuery(
                "select count(*) from system.runtime.queries"
                    + " where \"user\" = 'limited' and state = 'RUNNING'")) {
      results.next();
      return results.getLong(1);
    }
  }

  @Test
  void refusesTheThirdUntilOneIsCancelled() throws SQLException {
    try (Connection connection = connect();
        Statement first = connection.createStatement();
        Statement second = connection.createStatement();
        Statement third = connection.createStatement()) {
      // one after the other, however many there are
      for (int i = 0; i < 5; i++) {
        assertThat(count(third)).isEqualTo(25);
      }
      List<CompletableFuture<Throwable>> slow = List.of(run(first), run(second));
      Poll.until("two queries to run", LIMIT, () -> running() == 2);

      assertThatThrownBy(() -> count(third))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(
              "too many queries of this user are running: 2 of 2"
                  + " (passgate.limits.queries-per-user)");

      first.cancel();
      assertThat(slow.getFirst().orTimeout(60, TimeUnit.SECONDS).join())
          .isInstanceOf(SQLException.class);
      assertThat(count(third)).isEqualTo(25);

      second.cancel();
      assertThat(slow.getLast().orTimeout(60, TimeUnit.SECONDS).join())
          .isInstanceOf(SQLException.class);
    }
  }
}
