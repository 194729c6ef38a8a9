package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.TrinoCli;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trino's own command line client, through the gateway to a real Trino. */
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
}
