package dev.passgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.passgate.e2e.RowsRead.Form;
import dev.passgate.testing.Background;
import dev.passgate.testing.Poll;
import dev.passgate.testing.balancer.HaProxy;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.TrinoCli;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Clients that query again and again through a balancer, and check all rows of each answer. Of ten
 * there are a CLI, a stream of SQL over HTTP, and eight of the JDBC driver; besides, for each ten
 * there is one that polls by hand. None of them tries a query again that has failed.
 */
final class RollingClients implements AutoCloseable {

  /** 15,000 rows in some pages. */
  private static final String SQL = "select orderkey k, totalprice p from tpch.tiny.orders";

  private static final Logger LOG = LoggerFactory.getLogger(RollingClients.class);
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration BETWEEN_QUERIES = Duration.ofSeconds(1);
  private static final Duration BETWEEN_SESSIONS =
      Duration.ofSeconds(Integer.getInteger("passgate.rolling.pause", 3));
  private static final int STATEMENTS_IN_SESSION = 5;
  private static final int OF_EACH_KIND = 10;
  private static final int ROWS_BETWEEN_PAUSES = 1_000;

  private final HaProxy balancer;
  private final LocalIssuer issuer;
  private final RowSum expected;
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<CompletableFuture<Void>> running = new ArrayList<>();
  private final Map<String, List<AtomicInteger>> counts = new TreeMap<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  /** One query, or a session of some, which counts those that are done. */
  @FunctionalInterface
  private interface Session {
    void run(AtomicInteger done) throws Exception;
  }

  /**
   * Clients that have not begun yet.
   *
   * @param trino is asked first for the rows that all must get
   */
  RollingClients(HaProxy balancer, LocalIssuer issuer, URI trino) {
    this.balancer = balancer;
    this.issuer = issuer;
    this.expected = RowsRead.jdbc(JdbcUrl.withUser(trino, "alice"), SQL);
  }

  void start(int number) {
    for (int i = 0; i < number; i++) {
      switch (i % OF_EACH_KIND) {
        case 0 -> start("CLI", this::cli);
        case 1 -> start("SQL over HTTP", this::sql);
        default -> start("JDBC", this::jdbc);
      }
      if (i % OF_EACH_KIND == 0) {
        start("polls", this::polls);
      }
    }
  }

  private void start(String kind, Session session) {
    AtomicInteger done = new AtomicInteger();
    counts.computeIfAbsent(kind, _ -> new ArrayList<>()).add(done);
    running.add(Background.run(() -> repeat(kind, session, done)));
  }

  private void repeat(String kind, Session session, AtomicInteger done) {
    while (!isOver()) {
      try {
        session.run(done);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception | AssertionError e) {
        LOG.error("{} failed", kind, e);
        failures.add(Instant.now() + " " + kind + ": " + e);
        // counts as an answer, so that nobody waits for it
        done.incrementAndGet();
      }
      pause(BETWEEN_SESSIONS);
    }
  }

  private void jdbc(AtomicInteger done) throws Exception {
    try (Connection connection =
            DriverManager.getConnection(
                JdbcUrl.withToken(
                    balancer.tlsUri(), balancer.certificate().certificatePem(), token()));
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < STATEMENTS_IN_SESSION && !isOver(); i++) {
        RowSum sum = new RowSum();
        try (ResultSet rows = statement.executeQuery(SQL)) {
          while (rows.next()) {
            sum.value(rows.getString(1));
            sum.value(rows.getString(2));
            sum.end();
          }
        }
        check(sum, done);
        pause(BETWEEN_QUERIES);
      }
    }
  }

  private void cli(AtomicInteger done) {
    TrinoCli.Result result =
        TrinoCli.to(balancer.tlsUri())
            .trust(balancer.certificate().certificatePem())
            .accessToken(token())
            .limit(LIMIT)
            .argument("--output-format", "CSV_UNQUOTED")
            .execute(SQL);
    if (result.exitCode() != 0) {
      throw new AssertionError(result.errors());
    }
    RowSum sum = new RowSum();
    result
        .output()
        .lines()
        .forEach(
            line -> {
              int comma = line.indexOf(',');
              sum.value(line.substring(0, comma));
              sum.value(line.substring(comma + 1));
              sum.end();
            });
    check(sum, done);
  }

  /** Reads slowly: an answer takes more than a second. */
  private void sql(AtomicInteger done) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(
            PagedQuery.request(balancer.uri().resolve("/query"), bearer())
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .header("Accept", Form.LINES.mediaType())
                .POST(BodyPublishers.ofString("{\"sql\":\"" + SQL + "\"}"))
                .build(),
            BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        throw new AssertionError(
            answer.statusCode() + " " + new String(body.readAllBytes(), UTF_8));
      }
      check(read(body), done);
    }
  }

  private RowSum read(InputStream body) throws Exception {
    return Form.LINES.read(
        body,
        rows -> {
          if (rows % ROWS_BETWEEN_PAUSES == 0) {
            pause(Duration.ofMillis(100));
          }
        });
  }

  private void polls(AtomicInteger done) {
    RowSum sum = new RowSum();
    for (JsonNode row : PagedQuery.post(client, balancer.uri(), bearer(), SQL).toEnd().rows()) {
      sum.value(row.get(0).asString());
      sum.value(row.get(1).asString());
      sum.end();
    }
    check(sum, done);
  }

  private void check(RowSum sum, AtomicInteger done) {
    if (!sum.equals(expected)) {
      throw new AssertionError(sum + " instead of " + expected);
    }
    done.incrementAndGet();
  }

  private String token() {
    return issuer.token("alice").build();
  }

  private Map<String, String> bearer() {
    return Map.of("Authorization", "Bearer " + token());
  }

  /** Waits until each client has had a whole answer of a query that it had not begun yet. */
  void awaitRound() {
    List<AtomicInteger> all = counts.values().stream().flatMap(List::stream).toList();
    List<Integer> before = all.stream().map(AtomicInteger::get).toList();
    Poll.until(
        "each client to go on",
        LIMIT,
        () -> {
          for (int i = 0; i < all.size(); i++) {
            if (all.get(i).get() < before.get(i) + 2) {
              return false;
            }
          }
          return true;
        });
  }

  /** Writes into the log what happens, beside what fails. */
  void note(String event) {
    LOG.info("{}; queries so far {}", event, queries());
  }

  /** Has each client end after what it is at. */
  void finish() throws Exception {
    over.countDown();
    for (CompletableFuture<Void> each : running) {
      each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** How many queries there were, by kind of client. */
  Map<String, Integer> queries() {
    Map<String, Integer> queries = new TreeMap<>();
    counts.forEach(
        (kind, each) ->
            queries.put(
                each.size() + " " + kind, each.stream().mapToInt(AtomicInteger::get).sum()));
    return queries;
  }

  /** What failed, and when. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  private boolean isOver() {
    return over.getCount() == 0;
  }

  /** Ends early where all is over. */
  private void pause(Duration time) {
    try {
      if (over.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
    client.close();
  }
}
