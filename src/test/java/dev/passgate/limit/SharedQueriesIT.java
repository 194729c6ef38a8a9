package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.protocol.QueryId;
import dev.passgate.query.CountedUser;
import dev.passgate.query.RunningQueries;
import dev.passgate.testing.redis.RedisServer;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** What is kept of running queries in a real Redis, where there is one on this machine. */
class SharedQueriesIT {

  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration BODY = Duration.ofMinutes(20);
  private static final Duration ANSWER = Duration.ofMinutes(30);
  private static final CountedUser ALICE = new CountedUser("acme", "alice");
  private static final QueryId ID = new QueryId("20260101_000000_00000_abcde");

  private static RedisServer redis;
  private static RedisLink link;
  private static SharedQueries queries;

  @BeforeAll
  static void start() {
    assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
    redis = RedisServer.start();
    link =
        new RedisLink(
            new RedisProperties(redis.uri().toString(), null, RedisServer.PASSWORD, WAIT),
            new LimitMetrics(new SimpleMeterRegistry()));
    link.start();
    queries =
        new SharedQueries(
            link, new LimitProperties(DataSize.ofMegabytes(1), WAIT, WAIT, BODY, ANSWER));
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      link.close();
      redis.close();
    }
  }

  private static <T> T ask(
      Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
    return link.call(connection -> command.apply(connection.async()))
        .orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private static long now() {
    List<byte[]> time = ask(RedisAsyncCommands::time);
    return Long.parseLong(new String(time.getFirst(), StandardCharsets.US_ASCII)) * 1_000;
  }

  /** Until when each id counts, in milliseconds. */
  private static Map<String, Long> ends() {
    Map<String, Long> ends = new HashMap<>();
    ask(commands -> commands.zrangeWithScores(RedisKeys.queries(ALICE), 0, -1))
        .forEach(
            entry ->
                ends.put(
                    new String(entry.getValue(), StandardCharsets.US_ASCII),
                    (long) entry.getScore() + RunningQueries.IDLE.toMillis()));
    return ends;
  }

  private static long take(String name) {
    return queries.take(ALICE, 2, name).orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void keepsThePlaceOfAQueryForAsLongAsItMayTakeToStart() {
    long post = BODY.plus(ANSWER).toMillis();
    long begin = now();
    assertThat(take("new-1")).isZero();
    assertThat(take("new-2")).isZero();
    assertThat(take("new-3")).isEqualTo(2);
    assertThat(ends()).containsOnlyKeys("new-1", "new-2");
    assertThat(ends().values()).allMatch(end -> end > begin + post);

    queries.name(ALICE, "new-1", ID);

    assertThat(ends()).containsOnlyKeys(ID.value(), "new-2");
    assertThat(ends().get(ID.value())).isLessThan(begin + post);
    assertThat(ends().get("new-2")).isGreaterThan(begin + post);
    long kept = ask(commands -> commands.pttl(RedisKeys.queries(ALICE)));
    assertThat(kept).isGreaterThan(post);
  }
}
