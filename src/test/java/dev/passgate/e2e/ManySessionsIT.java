package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Background;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.TrinoInstance;
import io.trino.jdbc.TrinoStatement;
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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many sessions of Trino's driver over two real Trinos, of which one is killed and comes back. */
@NeedsServers
class ManySessionsIT {

  private static final int SESSIONS = 200;
  private static final int USERS = 20;

  /**
   * So many connect at a time: handshakes have a limit, and all at once would starve each other.
   */
  private static final int GROUP = 10;

  /** Few, so that the time goes into sessions and not into rows. */
  private static final int ROWS = 100;

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String SQL = "select * from tpch.tiny.supplier";

  /** By the number of their user. */
  private static final Map<Integer, String> TOKENS = new ConcurrentHashMap<>();

  private static LocalIssuer issuer;
  private static Gateway gateway;

  private final Queue<Run> runs = new ConcurrentLinkedQueue<>();
  private final CountDownLatch allConnected = new CountDownLatch(1);
  private volatile boolean enough;

  /**
   * One query of one session.
   *
   * @param begun when it was posted, of {@link System#nanoTime()}
   * @param coordinator the end of its id; null where it got none
   * @param failure why it failed; null where all rows came
   */
  private record Run(long begun, @Nullable String coordinator, @Nullable Throwable failure) {}

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .with("passgate.clusters.other.url", SharedTrino.second().uri())
            .with("passgate.health.enabled", true)
            .with("passgate.health.interval", "1s")
            .trust(issuer)
            .tls(SelfSignedCertificate.create())
            .start();
  }

  @AfterAll
  static void stop() {
    SharedTrino.second().start();
    gateway.close();
    issuer.close();
  }

  private static String url(int session) {
    return JdbcUrl.withToken(
        gateway.tlsUri(),
        gateway.certificate().certificatePem(),
        TOKENS.computeIfAbsent(session % USERS, user -> issuer.token("user" + user).build()));
  }

  private static String coordinator(TrinoInstance trino) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return coordinator(
          PagedQuery.post(client, trino.uri(), Map.of("X-Trino-User", "root"), "select 1")
              .toEnd()
              .id());
    }
  }

  private static String coordinator(String queryId) {
    return queryId.substring(queryId.lastIndexOf('_') + 1);
  }

  private void session(int number, CountDownLatch answered) {
    try (Connection connection = DriverManager.getConnection(url(number));
        Statement statement = connection.createStatement()) {
      run(statement);
      answered.countDown();
      if (!allConnected.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("not all sessions have connected");
      }
      while (!enough) {
        run(statement);
      }
    } catch (SQLException e) {
      throw new AssertionError("no connection", e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Has all sessions connect and read an answer, and then go on all together. */
  private List<CompletableFuture<Void>> startSessions() throws InterruptedException {
    List<CompletableFuture<Void>> sessions = new ArrayList<>();
    while (sessions.size() < SESSIONS) {
      CountDownLatch answered = new CountDownLatch(GROUP);
      for (int i = 0; i < GROUP; i++) {
        int number = sessions.size();
        sessions.add(Background.run(() -> session(number, answered)));
      }
      assertThat(answered.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    allConnected.countDown();
    return sessions;
  }

  private Run run(Statement statement) throws SQLException {
    AtomicReference<@Nullable String> id = new AtomicReference<>();
    statement
        .unwrap(TrinoStatement.class)
        .setProgressMonitor(stats -> id.set(coordinator(stats.getQueryId())));
    long begun = System.nanoTime();
    Throwable failure = null;
    try (ResultSet results = statement.executeQuery(SQL)) {
      int rows = 0;
      while (results.next()) {
        rows++;
      }
      assertThat(rows).isEqualTo(ROWS);
    } catch (SQLException | AssertionError e) {
      failure = e;
    }
    Run run = new Run(begun, id.get(), failure);
    runs.add(run);
    return run;
  }

  @Test
  void loseNoMoreThanWhatRanOnTheClusterThatWasKilled() throws Exception {
    String living = coordinator(SharedTrino.get());
    String killed = coordinator(SharedTrino.second());
    List<CompletableFuture<Void>> sessions = startSessions();
    // All have connected, and each has begun its next by the time that some have ended theirs.
    Poll.until("all sessions to work", LIMIT, () -> runs.size() >= SESSIONS * 5 / 4);

    SharedTrino.second().kill();
    long after = System.nanoTime();
    Poll.until("queries that began later", LIMIT, () -> begunSince(after).size() >= SESSIONS);
    enough = true;
    SharedTrino.second().start();

    // Those that poll the killed one learn now at the latest that their query is gone.
    CompletableFuture.allOf(sessions.toArray(CompletableFuture[]::new))
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(begunSince(after))
        .allSatisfy(
            run -> {
              assertThat(run.failure()).isNull();
              assertThat(run.coordinator()).isEqualTo(living);
            });
    assertThat(runs).anyMatch(run -> living.equals(run.coordinator()));
    List<Run> failed = runs.stream().filter(run -> run.failure() != null).toList();
    assertThat(failed)
        .isNotEmpty()
        .allSatisfy(
            run -> {
              assertThat(run.coordinator()).isIn(killed, null);
              assertThat(run.failure()).isInstanceOf(SQLException.class);
              assertThat(told(run.failure()))
                  .containsAnyOf("Query not found", "Trino cluster", "fetching next");
            });

    awaitReturn(living, killed);
  }

  /** What a person reads of a failure: the messages of all causes. */
  private static String told(@Nullable Throwable failure) {
    StringBuilder told = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      told.append(cause.getMessage()).append('\n');
    }
    return told.toString();
  }

  /** The queries that began after a moment and have ended. */
  private List<Run> begunSince(long moment) {
    return runs.stream().filter(run -> run.begun() - moment > 0).toList();
  }

  /** A coordinator has a new id after each start. */
  private void awaitReturn(String living, String killed) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(0));
        Statement statement = connection.createStatement()) {
      Poll.until(
          "the cluster that returned to be used",
          LIMIT,
          () -> {
            Run run = run(statement);
            assertThat(run.failure()).isNull();
            return !living.equals(run.coordinator()) && !killed.equals(run.coordinator());
          });
    }
  }
}
