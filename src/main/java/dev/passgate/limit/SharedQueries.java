package dev.passgate.limit;

import dev.passgate.protocol.QueryId;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEvents;
import dev.passgate.query.RunningQueries;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The queries of each user in Redis: a sorted set of ids, by the time at which one was last heard
 * of. Times are Redis's own, so that the clocks of replicas do not matter. An id that nothing is
 * heard of falls out of the set, and a set out of Redis, so nothing stays of a replica that is
 * killed. What stands for a query until it has an id is there for as long as that may take.
 */
final class SharedQueries implements QueryEvents {

  /**
   * KEYS: the set. ARGV: how long an id counts, in milliseconds; the limit; the id; how long this
   * one counts, which is no less. Adds the id and returns 0, or returns how many there are. What
   * counts for longer is as if it were heard of later.
   */
  private static final String TAKE =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
      local running = redis.call('ZCARD', KEYS[1])
      if running >= tonumber(ARGV[2]) then
        return running
      end
      redis.call('ZADD', KEYS[1], now + ARGV[4] - ARGV[1], ARGV[3])
      redis.call('PEXPIRE', KEYS[1], ARGV[4])
      return 0
      """;

  /**
   * ARGV: the id; another id whose place it takes; for how long the set is kept, as it may have
   * others that count for so long.
   */
  private static final String PUT =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      redis.call('ZREM', KEYS[1], ARGV[2])
      redis.call('ZADD', KEYS[1], now, ARGV[1])
      redis.call('PEXPIRE', KEYS[1], ARGV[3])
      return 0
      """;

  private static final byte[] IDLE = bytes(RunningQueries.IDLE);

  /**
   * What a new query may take before it is there, beside its body and Trino's silence: three tries
   * to connect, each with the wait for a connection of the pool and with TLS, and as much to spare.
   */
  private static final Duration CONNECTING = Duration.ofMinutes(2);

  private final RedisLink redis;
  private final byte[] starting;

  /**
   * @param limits what a request may take: nothing is heard of a place meanwhile, and who has it
   *     must not lose it
   */
  SharedQueries(RedisLink redis, LimitProperties limits) {
    this.redis = redis;
    this.starting = bytes(limits.requestBodyTime().plus(limits.answerPause()).plus(CONNECTING));
  }

  /**
   * Takes a place under a name that stands for a query until it has an id.
   *
   * @return zero, or how many queries run where that is as many as may
   */
  CompletableFuture<Long> take(CountedUser user, int limit, String name) {
    return redis.call(
        connection ->
            eval(
                connection.async(),
                TAKE,
                user,
                IDLE,
                bytes(Integer.toString(limit)),
                bytes(name),
                starting));
  }

  /** The place taken under a name is that of a query. */
  void name(CountedUser user, String name, QueryId id) {
    put(user, id, name);
  }

  /** Gives back what was taken under a name. */
  void giveBack(CountedUser user, String name) {
    redis.send(commands -> commands.zrem(RedisKeys.queries(user), bytes(name)));
  }

  @Override
  public void running(QueryId id, CountedUser user) {
    put(user, id, "");
  }

  @Override
  public void ended(QueryId id, CountedUser user) {
    giveBack(user, id.value());
  }

  private void put(CountedUser user, QueryId id, String replaced) {
    redis.send(commands -> eval(commands, PUT, user, bytes(id.value()), bytes(replaced), starting));
  }

  private static CompletionStage<Long> eval(
      RedisAsyncCommands<String, byte[]> commands,
      String script,
      CountedUser user,
      byte[]... values) {
    return commands.eval(
        script, ScriptOutputType.INTEGER, new String[] {RedisKeys.queries(user)}, values);
  }

  private static byte[] bytes(Duration time) {
    return bytes(Long.toString(time.toMillis()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
