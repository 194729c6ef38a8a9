package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.TrinoCli;
import java.net.http.HttpClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trino's own command line client, through the gateway to a real Trino. */
@NeedsServers
class TrinoCliIT {

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

  private static TrinoCli cli(String token) {
    return TrinoCli.to(gateway.tlsUri())
        .trust(gateway.certificate().certificatePem())
        .accessToken(token);
  }

  @Test
  void runsStatementsAsTheUserOfTheToken() {
    TrinoCli.Result result =
        cli(issuer.token("alice").build())
            .execute(
                "select current_user; select count(*) from tpch.tiny.nation; use tpch.tiny; select"
                    + " name from region order by 1 limit 1");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines()).containsExactly("\"alice\"", "\"25\"", "\"AFRICA\"");
  }

  @Test
  void ignoresTheUserThatTheClientNames() {
    TrinoCli.Result result =
        cli(issuer.token("alice").build())
            .argument("--user", "root")
            .execute("select current_user");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().strip()).isEqualTo("\"alice\"");
  }

  @Test
  void tellsThePersonWhyATokenIsRefused() {
    TrinoCli.Result result =
        cli(issuer.token("alice").expiresIn(Duration.ofHours(-1)).build())
            .execute("select current_user");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.errors()).contains("Authentication failed").contains("expired");
  }

  @Test
  void showsAnErrorOfTrinoWhole() {
    TrinoCli.Result result =
        cli(issuer.token("alice").build()).execute("select nonsense from tpch.tiny.nation");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.errors()).contains("Column 'nonsense' cannot be resolved");
  }

  @Test
  void cancelsTheQueryOfAPersonWhoInterrupts() {
    cli(issuer.token("alice").build())
        .interruptWhen(() -> interrupted("state").contains("RUNNING"))
        .execute("select count(*), 'mark of the interrupted' from tpch.sf1000.lineitem");

    Poll.until(
        "the query to have ended in Trino",
        Duration.ofSeconds(60),
        () -> interrupted("state").contains("FAILED"));
    assertThat(interrupted("error_code")).isEqualTo("[[\"USER_CANCELED\"]]");
  }

  /** A column of Trino's list of queries, for the one that is interrupted; no row before it is. */
  private static String interrupted(String column) {
    return new StatementClient(HttpClient.newHttpClient(), SharedTrino.get().uri())
        .run(
            "select "
                + column
                + " from system.runtime.queries where query like '%mark of the interrupted%' and"
                + " query not like '%runtime%'",
            "operator")
        .rows()
        .toString();
  }
}
