package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.TrinoCli;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service account that acts for people, through the gateway to a Trino that has rules too. */
@NeedsServers
class ImpersonationIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    // Which lets alice be bob; the gateway does not.
    gateway =
        Gateway.inFrontOf(SharedTrino.second().uri())
            .trust(issuer)
            .tls(SelfSignedCertificate.create())
            .with("passgate.impersonation.rules[0].issuer", "acme")
            .with("passgate.impersonation.rules[0].user", "superset")
            .with("passgate.impersonation.rules[0].as", "bob|carol|dave")
            .start();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    gateway.close();
    issuer.close();
  }

  private static Connection connect(String user, String parameters) throws SQLException {
    return DriverManager.getConnection(
        JdbcUrl.withToken(
                gateway.tlsUri(),
                gateway.certificate().certificatePem(),
                issuer.token(user).build())
            + parameters);
  }

  private static List<String> query(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        values.add(results.getString(1));
      }
    }
    return values;
  }

  private static StatementClient.Outcome run(String user, String sql, String... header) {
    Map<String, String> headers =
        header.length == 0
            ? Map.of(
                "Authorization",
                "Bearer " + issuer.token(user).build(),
                "X-Trino-Client-Capabilities",
                "SESSION_AUTHORIZATION")
            : Map.of("Authorization", "Bearer " + issuer.token(user).build(), header[0], header[1]);
    return new StatementClient(http, gateway.uri()).run(sql, headers);
  }

  private static TrinoCli.Result cli(String user, String arguments, String sql) {
    TrinoCli cli =
        TrinoCli.to(gateway.tlsUri())
            .trust(gateway.certificate().certificatePem())
            .accessToken(issuer.token(user).build());
    return (arguments.isEmpty() ? cli : cli.argument(arguments.split(" ", -1))).execute(sql);
  }

  @Test
  void runsAsTheSessionUserOfTheJdbcDriver() throws SQLException {
    try (CapturedLog log = CapturedLog.open();
        Connection connection = connect("superset", "&sessionUser=bob")) {
      assertThat(query(connection, "select current_user")).containsExactly("bob");
      // Many pages, each of which is decided on anew.
      assertThat(query(connection, "select orderkey from tpch.tiny.orders")).hasSize(15_000);

      Poll.until("four lines", LIMIT, () -> log.of("passgate.audit").size() == 4);
      assertThat(log.of("passgate.audit"))
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains(
                          "\"event\":\"query",
                          "\"user\":\"bob\",\"originalUser\":\"superset\"",
                          "\"outcome\":\"accepted\""));
    }
  }

  @Test
  void showsTrinoBothNames() throws SQLException {
    try (Connection connection = connect("superset", "&sessionUser=carol")) {
      query(connection, "select 'both names'");
      assertThat(
              query(
                  connection,
                  "select \"user\" from system.runtime.queries where query = 'select ''both"
                      + " names'''"))
          .containsExactly("carol");
    }
  }

  @Test
  void isItselfWithoutASessionUser() throws SQLException {
    try (Connection connection = connect("superset", "")) {
      assertThat(query(connection, "select current_user")).containsExactly("superset");
    }
  }

  @Test
  void tellsTheJdbcDriverWhomTheRulesDoNotAllow() throws SQLException {
    try (Connection connection = connect("superset", "&sessionUser=root")) {
      assertThatThrownBy(() -> query(connection, "select current_user"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("the impersonation rules do not allow to act as 'root'");
    }
  }

  @Test
  void leavesTheLastWordToTheRulesOfTrino() throws SQLException {
    try (Connection connection = connect("superset", "&sessionUser=dave")) {
      assertThatThrownBy(() -> query(connection, "select current_user"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("User superset cannot impersonate user dave");
    }
  }

  @Test
  void ignoresTheSessionUserOfSomebodyWithoutARule() throws SQLException {
    try (Connection connection = connect("alice", "&sessionUser=bob")) {
      assertThat(query(connection, "select current_user")).containsExactly("alice");
    }
  }

  @Test
  void runsAsTheUserOfTheHeaderAsThePythonClientSendsIt() {
    assertThat(run("superset", "select current_user", "X-Trino-User", "bob").single())
        .isEqualTo("bob");
    assertThat(run("superset", "select current_user", "X-Trino-User", "root").status())
        .isEqualTo(403);
  }

  @Test
  void changesTheUserByStatementAndBack() {
    TrinoCli.Result result =
        cli(
            "superset",
            "--user superset",
            "select current_user; set session authorization bob; select current_user; set session"
                + " authorization carol; select current_user; reset session authorization; select"
                + " current_user");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines().filter(line -> line.startsWith("\"")))
        .containsExactly("\"superset\"", "\"bob\"", "\"carol\"", "\"superset\"");
  }

  @Test
  void refusesTheStatementWhereTheRulesDo() {
    TrinoCli.Result result =
        cli("superset", "--user superset", "set session authorization root; select current_user");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.output()).isEmpty();
    assertThat(result.errors())
        .contains(
            "SET SESSION AUTHORIZATION: the impersonation rules do not allow to act as 'root'");
  }

  /**
   * Trino would let alice; that the client says root of itself, as any client does, is no matter.
   */
  @Test
  void refusesTheStatementWithoutARule() {
    TrinoCli.Result result =
        cli("alice", "--user root", "set session authorization bob; select current_user");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.output()).isEmpty();
    assertThat(result.errors()).contains("SET SESSION AUTHORIZATION needs an impersonation rule");
  }

  /** With the last page: Trino answers the POST before it looks at the statement. */
  @Test
  void refusesTheStatementOnAPoll() {
    StatementClient.Outcome outcome = run("alice", "set session authorization bob");

    assertThat(outcome.error()).contains("SET SESSION AUTHORIZATION needs an impersonation rule");
    assertThat(outcome.pages().getLast().getPath()).startsWith("/v1/statement/executing/");
    assertThat(run("alice", "set session authorization alice").error()).isNull();
    assertThat(run("superset", "set session authorization bob").error()).isNull();
  }

  @Test
  void letsTrinoRefuseTheStatement() {
    assertThat(run("carol", "set session authorization bob").error())
        .contains("User carol cannot impersonate user bob");
  }
}
