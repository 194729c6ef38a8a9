package dev.passgate.testing.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.passgate.testing.Background;
import dev.passgate.testing.NeedsServers;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsServers
final class TrinoServerIT {

  private static CompletableFuture<Throwable> failure;

  private final TrinoInstance trino = SharedTrino.get();
  private final StatementClient statements =
      new StatementClient(HttpClient.newHttpClient(), trino.uri());

  @BeforeAll
  static void startOther() {
    TrinoSetup wrong = TrinoSetup.standard().quickToStart().withProperty("no.such.property", "1");
    failure = Background.begin(() -> catchThrowable(() -> TrinoServer.start(wrong)));
  }

  @Test
  void answersAsTheUserOfTheHeader() {
    assertThat(statements.run("SELECT current_user", "alice").single()).isEqualTo("alice");
  }

  @Test
  void hasBothCatalogs() {
    assertThat(statements.run("SELECT count(*) FROM tpch.tiny.nation", "alice").single())
        .isEqualTo("25");
    assertThat(statements.run("SHOW SCHEMAS FROM memory", "alice").rows()).isNotEmpty();
  }

  @Test
  void takesHeadersOfAlmostTwoMegabytes() {
    Map<String, String> headers =
        Map.of("X-Trino-User", "alice", "X-Trino-Client-Info", "x".repeat(2 * 1024 * 1024 - 1024));

    assertThat(statements.run("SELECT 1", headers).single()).isEqualTo("1");
  }

  @Test
  void listensOnLoopbackAlone() throws Exception {
    InetAddress outside =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .findFirst()
            .orElse(null);
    if (outside != null) {
      assertThatThrownBy(() -> new Socket(outside, trino.uri().getPort()).close())
          .hasMessageContaining("refused");
    }
  }

  @Test
  void servesTheCommandLineClient() {
    TrinoCli.Result result =
        TrinoCli.to(trino.uri()).argument("--user", "bob").execute("SELECT current_user");

    assertThat(result.errors()).doesNotContain("Exception");
    assertThat(result.output()).isEqualTo("\"bob\"\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void servesTheJdbcDriver() throws Exception {
    try (Connection connection =
            DriverManager.getConnection(JdbcUrl.withUser(trino.uri(), "carol"));
        ResultSet rows = connection.createStatement().executeQuery("SELECT current_user")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("carol");
    }
  }

  @Test
  void runsBesideAnotherWithPropertiesAndFilesOfItsOwn() {
    URI uri = SharedTrino.second().uri();
    StatementClient there = new StatementClient(HttpClient.newHttpClient(), uri);
    Map<String, String> forwarded = Map.of("X-Trino-User", "alice", "X-Forwarded-For", "10.0.0.1");
    Map<String, String> impersonating =
        Map.of("X-Trino-User", "bob", "X-Trino-Original-User", "alice");

    assertThat(uri).isNotEqualTo(trino.uri());
    assertThat(there.run("SELECT 1", forwarded).single()).isEqualTo("1");
    assertThat(statements.run("SELECT 1", forwarded).status()).isEqualTo(406);
    assertThat(there.run("SELECT 1", impersonating).single()).isEqualTo("1");
    assertThat(statements.run("SELECT 1", impersonating).error()).contains("cannot impersonate");
  }

  @Test
  void saysWhyItDoesNotStart() {
    assertThat(failure.join()).hasMessageContaining("'no.such.property' was not used");
  }
}
