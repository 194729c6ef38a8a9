package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.e2e.RowsRead.Form;
import dev.passgate.testing.Background;
import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.Relay;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Five million rows in each form: each of them arrives as JDBC has it, and none of them stays in
 * the gateway. It runs in a JVM of its own, with a small heap.
 */
@NeedsServers
@BesideOthers
class SqlLargeResultIT {

  private static final String TABLE = "memory.default.sql_large_result";

  /** The keys have gaps, and a key has up to seven rows. */
  private static final String TABLE_OF =
      " as select orderkey k, extendedprice p from tpch.sf1.lineitem"
          + " where orderkey <= 5000000";

  private static final String ROWS = "select k, p from " + TABLE;
  private static final String SOME = ROWS + " limit 20000";

  private static final long MIN_ROWS = 5_000_000;

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int SAMPLE_EVERY = 2_000_000;
  private static final int STOP_AFTER = 1_000;
  private static final long ALLOWED_GROWTH = 16 << 20;

  private static Relay relay;
  private static LocalIssuer issuer;
  private static GatewayProcess gateway;
  private static HttpClient client;
  private static StatementClient statements;
  private static CompletableFuture<RowSum> direct;
  private static long heapBefore;

  private final List<Long> liveHeap = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    URI trino = SharedTrino.get().uri();
    client = HttpClient.newHttpClient();
    statements = new StatementClient(client, trino);
    // Trino would take longer to make the rows, each time, than to send them.
    CompletableFuture<Void> made = Background.run(() -> run("create table " + TABLE + TABLE_OF));
    relay = Relay.to(trino);
    issuer = LocalIssuer.start("acme");
    gateway =
        GatewayProcess.start(
            Gateway.inFrontOf(relay.uri()).trust(issuer), "-Xmx96m", "-XX:MaxDirectMemorySize=64m");
    result(made);
    // What is loaded with the first answers is not what an answer costs.
    for (Form form : Form.values()) {
      assertThat(read(form, SOME, _ -> {}).rows()).as(form.name()).isEqualTo(20_000);
    }
    heapBefore = gateway.liveHeap();
    direct = Background.begin(() -> RowsRead.jdbc(JdbcUrl.withUser(trino, "operator"), ROWS));
  }

  @AfterAll
  static void stop() {
    run("drop table if exists " + TABLE);
    client.close();
    gateway.close();
    issuer.close();
    relay.close();
  }

  private static void run(String sql) {
    assertThat(statements.run(sql, "operator").error()).isNull();
  }

  private static RowSum read(Form form, String sql, LongConsumer look) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri().resolve("/query"))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + issuer.token("alice").build())
            .header("Content-Type", "application/json")
            .header("Accept", form.mediaType())
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"))
            .build();
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return form.read(body, look);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(form.mediaType(), e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void look(long rows) {
    if (rows % SAMPLE_EVERY == 0) {
      liveHeap.add(gateway.liveHeap());
    }
  }

  private CompletableFuture<RowSum> begin(Form form) {
    return Background.begin(() -> read(form, ROWS, this::look));
  }

  private static <T> T result(CompletableFuture<T> future) throws Exception {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private void assertKeepsNone() {
    assertThat(liveHeap).hasSizeGreaterThanOrEqualTo(2);
    assertThat(Collections.max(liveHeap) - heapBefore)
        .as("live heap of the gateway while rows pass: %s after %s", liveHeap, heapBefore)
        .isLessThan(ALLOWED_GROWTH);
  }

  @Test
  void sendsEveryRowInEachFormAndKeepsNone() throws Exception {
    CompletableFuture<RowSum> events = begin(Form.EVENTS);
    RowSum csv = result(begin(Form.CSV));
    CompletableFuture<RowSum> document = begin(Form.DOCUMENT);
    RowSum arrow = result(begin(Form.ARROW));

    assertThat(result(direct).rows()).isGreaterThanOrEqualTo(MIN_ROWS);
    assertThat(result(events)).isEqualTo(result(direct));
    assertThat(csv).isEqualTo(result(direct));
    assertThat(result(document)).isEqualTo(result(direct));
    assertThat(arrow).isEqualTo(result(direct));
    assertKeepsNone();
  }

  @Test
  void asksForNoMoreWhileNobodyReadsAndSendsTheRestToWhoReadsOn() throws Exception {
    long before = relay.sent();
    long[] polled = new long[1];
    RowSum lines =
        result(
            Background.begin(
                () ->
                    read(
                        Form.LINES,
                        ROWS,
                        rows -> {
                          if (rows == STOP_AFTER) {
                            polled[0] = untilNobodyPolls() - before;
                            assertThat(state()).isEqualTo("RUNNING");
                            liveHeap.add(gateway.liveHeap());
                          }
                          look(rows);
                        })));

    assertThat(lines).isEqualTo(result(direct));
    // What was asked for is in the buffers of the way; the rest was asked for afterwards.
    assertThat(polled[0]).isLessThan((relay.sent() - before) / 2);
    assertKeepsNone();
  }

  /** Waits for ten looks, a tenth of a second apart, at the same number of bytes sent to Trino. */
  private static long untilNobodyPolls() {
    long[] last = {-1, 0};
    Poll.until(
        "the polling to stop",
        LIMIT,
        () -> {
          long now = relay.sent();
          last[1] = now == last[0] ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] == 10;
        });
    return last[0];
  }

  /** What Trino says of the query; only one is alice's at the time. */
  private static String state() {
    return statements
        .run(
            "select state from system.runtime.queries where source = 'passgate-query'"
                + " and user = 'alice' and query = '"
                + ROWS
                + "' order by created desc limit 1",
            "operator")
        .single();
  }
}
