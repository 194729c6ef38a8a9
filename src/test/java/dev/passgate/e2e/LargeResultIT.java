package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Background;
import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A million rows through the gateway: each of them arrives, and none of them stays in it. */
@NeedsServers
@BesideOthers
class LargeResultIT {

  private static final String ROWS =
      "select orderkey, custkey, totalprice, comment from tpch.sf1.orders where orderkey <= ";

  private static final int COLUMNS = 4;

  /** Somewhat more than a million rows; the table's keys have gaps. */
  private static final String MILLION = ROWS + 4_100_000;

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int SAMPLE_EVERY = 200_000;
  private static final long ALLOWED_GROWTH = 16 << 20;

  /** The key and the hash of each row, in order of the keys. */
  private record Rows(List<Long> keys, List<Long> hashes) {}

  @Test
  void deliversEveryRowAndKeepsNone() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    int tlsPort = LoopbackPort.free();
    try (LocalIssuer issuer = LocalIssuer.start("acme");
        GatewayProcess gateway =
            GatewayProcess.start(
                Gateway.inFrontOf(SharedTrino.get().uri())
                    .trust(issuer)
                    .tls(certificate)
                    .with("passgate.tls.port", tlsPort),
                "-Xmx96m",
                "-XX:MaxDirectMemorySize=64m")) {
      String throughGateway =
          JdbcUrl.withToken(
              URI.create("https://localhost:" + tlsPort),
              certificate.certificatePem(),
              issuer.token("alice").build());
      // What is loaded with the first answers is not what an answer costs.
      read(throughGateway, ROWS + 240_000, () -> {});
      List<Long> liveHeap = new ArrayList<>(List.of(gateway.liveHeap()));

      String aroundIt = JdbcUrl.withUser(SharedTrino.get().uri(), "operator");
      CompletableFuture<Rows> beside = Background.begin(() -> read(aroundIt, MILLION, () -> {}));
      Rows proxied = read(throughGateway, MILLION, () -> liveHeap.add(gateway.liveHeap()));
      Rows direct = beside.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertThat(direct.keys()).hasSizeGreaterThanOrEqualTo(1_000_000);
      assertThat(proxied.keys()).isEqualTo(direct.keys());
      assertThat(proxied.hashes()).isEqualTo(direct.hashes());
      assertThat(liveHeap).hasSizeGreaterThan(5);
      assertThat(Collections.max(liveHeap) - liveHeap.getFirst())
          .as("live heap of the gateway while rows pass: %s", liveHeap)
          .isLessThan(ALLOWED_GROWTH);
    }
  }

  private static Rows read(String url, String sql, Runnable sample) {
    List<long[]> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        rows.add(new long[] {results.getLong(1), hash(results)});
        if (rows.size() % SAMPLE_EVERY == 0) {
          sample.run();
        }
      }
    } catch (SQLException e) {
      throw new AssertionError("no rows of " + url.substring(0, url.indexOf('?')), e);
    }
    rows.sort((a, b) -> Long.compare(a[0], b[0]));
    return new Rows(
        rows.stream().map(row -> row[0]).toList(), rows.stream().map(row -> row[1]).toList());
  }

  /** 64 bits of FNV-1a over the columns as text. */
  private static long hash(ResultSet row) throws SQLException {
    long hash = 0xcbf29ce484222325L;
    for (int column = 1; column <= COLUMNS; column++) {
      String value = row.getString(column);
      for (int i = 0; i < value.length(); i++) {
        hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
      }
      hash = (hash ^ 0xffff) * 0x100000001b3L;
    }
    return hash;
  }
}
