package dev.passgate.limit;

import dev.passgate.protocol.QueryId;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEvents;
import dev.passgate.query.RunningQueries;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The queries of each user in Redis: a sorted set of ids, by the time at which one was last heard
 * of. Times are Redis's own, so that the clocks of replicas do not matter. An id that nothing is
 * heard of falls out of the set, and a set out of Redis, so nothing stays of a replica that is
 * killed.
 */
final class SharedQueries implements QueryEvents {

  /**
   * KEYS: the set. ARGV: how long an id counts, in milliseconds; the limit; the id. Adds the id and
   * returns 0, or returns how many there are.
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
      redis.call('ZADD', KEYS[1], now, ARGV[3])
      redis.call('PEXPIRE', KEYS[1], ARGV[1])
      return 0
      """;

  /** ARGV: as above; the id; another id whose place it takes. */
  private static final String PUT =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      redis.call('ZREM', KEYS[1], ARGV[3])
      redis.call('ZADD', KEYS[1], now, ARGV[2])
      redis.call('PEXPIRE', KEYS[1], ARGV[1])
      return 0
      """;

  private static final byte[] IDLE = bytes(Long.toString(RunningQueries.IDLE.toMillis()));

  private final RedisLink redis;

  SharedQueries(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * Takes a place under a name that stands for a query until it has an id.
   *
   * @return zero, or how many queries run where that is as many as may
   */
  CompletableFuture<Long> take(CountedUser user, int limit, String name) {
    return redis.call(
        connection ->
            eval(connection.async(), TAKE, user, bytes(Integer.toString(limit)), bytes(name)));
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
    redis.send(commands -> eval(commands, PUT, user, bytes(id.value()), bytes(replaced)));
  }

  private static CompletionStage<Long> eval(
      RedisAsyncCommands<String, byte[]> commands,
      String script,
      CountedUser user,
      byte[] second,
      byte[] third) {
    return commands.eval(
        script,
        ScriptOutputType.INTEGER,
        new String[] {RedisKeys.queries(user)},
        IDLE,
        second,
        third);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
