package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertPassing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.redis.RedisServer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas that count together in a real Redis, where there is one on this machine. */
@MostlyWaits
class SharedLimitIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BURST = 12;

  private static @Nullable RedisServer redis;
  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway one;
  private static Gateway other;

  private RunningStatements statements;

  @BeforeAll
  static void start() {
    assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
    redis = RedisServer.start();
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    one = replica(redis);
    other = replica(redis);
  }

  private static Gateway replica(RedisServer server) {
    return Gateway.inFrontOf(origin.uri())
        .trust(issuer)
        .with("passgate.limits.queries-per-user", 2)
        .with("passgate.limits.new-queries-per-user.rate", 1)
        .with("passgate.limits.new-queries-per-user.burst", BURST)
        .with("passgate.limits.shared.redis.url", server.uri())
        .with("passgate.limits.shared.redis.password", RedisServer.PASSWORD)
        // Two cores and many threads: what matters here is not how fast it is.
        .with("passgate.limits.shared.redis.time-limit", "2s")
        .start();
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      one.close();
      other.close();
      origin.close();
      issuer.close();
      redis.close();
    }
  }

  @BeforeEach
  void reset() {
    origin.reset();
    statements = new RunningStatements(origin);
  }

  private static String token(String user) {
    return issuer.token(user).build();
  }

  private static String start(Gateway replica, String token) {
    RawResponse answer = RunningStatements.post(replica.uri(), token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return RunningStatements.next(answer);
  }

  private static void assertRefused(Gateway replica, String token) {
    RawResponse answer = RunningStatements.post(replica.uri(), token);
    assertPassing(answer, 429);
    assertThat(answer.text()).contains("2 of 2 (passgate.limits.queries-per-user)");
  }

  private static RawResponse ask(Gateway replica, String method, String path, String token) {
    return RawHttp.exchange(replica.uri(), Requests.of(method, path, token));
  }

  private static RedisServer redis() {
    return Objects.requireNonNull(redis);
  }

  @Test
  void countsTheQueriesOfAllReplicas() {
    String alice = token("alice");
    String first = start(one, alice);
    String second = start(other, alice);
    assertRefused(one, alice);
    assertRefused(other, alice);
    start(one, token("bob"));
    assertThat(redis().keys()).contains("passgate:queries:").doesNotContain("alice", "bob");

    // each ends at the replica that did not start it
    statements.finish(first);
    assertThat(ask(one, "GET", second, alice).text()).contains("nextUri");
    assertThat(ask(other, "GET", first, alice).text()).doesNotContain("nextUri");
    Poll.until("a place", LIMIT, () -> RunningStatements.post(one.uri(), alice).status() == 200);
    assertRefused(other, alice);
    assertThat(ask(one, "DELETE", second, alice).status()).isEqualTo(204);
    Poll.until("a place", LIMIT, () -> RunningStatements.post(other.uri(), alice).status() == 200);
    assertRefused(one, alice);
  }

  @Test
  void countsTheNewQueriesOfAllReplicas() {
    String carol = token("carol");
    long start = System.nanoTime();
    int accepted = 0;
    RawResponse answer = RunningStatements.post(one.uri(), carol);
    while (answer.status() == 200 && accepted < 1_000) {
      accepted++;
      Gateway replica = accepted % 2 == 0 ? one : other;
      assertThat(ask(replica, "DELETE", RunningStatements.next(answer), carol).status())
          .isEqualTo(204);
      answer = RunningStatements.post(replica.uri(), carol);
    }

    assertPassing(answer, 429);
    assertThat(answer.text()).contains("passgate.limits.new-queries-per-user");
    long seconds = 1 + Duration.ofNanos(System.nanoTime() - start).toSeconds();
    assertThat((long) accepted).isBetween((long) BURST, BURST + seconds);
  }

  @Test
  void countsForEachReplicaWhileThereIsNoRedis() {
    try (CapturedLog log = CapturedLog.open()) {
      redis().halt();
      String dave = token("dave");
      for (Gateway replica : new Gateway[] {one, other}) {
        start(replica, dave);
        start(replica, dave);
        assertRefused(replica, dave);
      }
      assertThat(log.all())
          .anyMatch(line -> line.contains("Redis cannot be asked"))
          .noneMatch(line -> line.contains(RedisServer.PASSWORD));
    }
    // one that starts meanwhile
    try (Gateway late = replica(redis())) {
      try (CapturedLog log = CapturedLog.open()) {
        start(late, token("erin"));
        redis().resume();
        awaitShared(one);
        awaitShared(other);
        awaitShared(late);
        String frank = token("frank");
        start(one, frank);
        start(late, frank);
        assertRefused(other, frank);
        assertThat(log.all()).anyMatch(line -> line.contains("Redis answers again"));
      }
    } finally {
      if (!redis().isRunning()) {
        redis().resume();
      }
    }
    assertThat(
            RawHttp.exchange(one.managementUri(), Requests.of("GET", "/actuator/prometheus", ""))
                .text())
        .containsPattern("passgate_limits_shared_failures_total [1-9]");
  }

  /** Waits until what a replica counts is in Redis. */
  private static void awaitShared(Gateway replica) {
    int[] user = new int[1];
    Poll.until(
        "the replica to count in Redis",
        LIMIT,
        () -> {
          long before = redis().keys().lines().filter(line -> line.contains("queries:")).count();
          start(replica, token("probe-" + replica.uri().getPort() + "-" + user[0]++));
          return redis().keys().lines().filter(line -> line.contains("queries:")).count() > before;
        });
  }

  @Test
  void countsForItselfWhileRedisDoesNotAnswer() {
    redis().pause();
    try {
      String grace = token("grace");
      start(one, grace);
      start(one, grace);
      assertRefused(one, grace);
    } finally {
      redis().proceed();
    }
    awaitShared(one);
    awaitShared(other);
    String heidi = token("heidi");
    start(one, heidi);
    start(other, heidi);
    assertRefused(one, heidi);
  }
}
