package dev.passgate.limit;

import dev.passgate.count.Seldom;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis for all requests, which never makes a request wait longer than the time
 * limit. While there is none, each call fails at once and nothing is queued, but for the first
 * moments of the process; it is made anew by itself. Thread-safe.
 */
final class RedisLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** After so long without one answer the connection is taken for dead, whatever TCP thinks. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** What may be under way; more fails at once. */
  private static final int MAX_COMMANDS = 10_000;

  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final Duration timeLimit;
  private final ClientResources resources;
  private final RedisClient client;
  private final LimitMetrics metrics;
  private final Reconnecting<StatefulRedisConnection<String, byte[]>> connections;
  private final CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Seldom warning = new Seldom(Duration.ofSeconds(30));
  private volatile long answeredAtNanos = System.nanoTime();

  RedisLink(RedisProperties properties, LimitMetrics metrics) {
    this.timeLimit = properties.timeLimit();
    this.metrics = metrics;
    this.resources =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(RETRY))
            .build();
    this.client = RedisClient.create(resources);
    client.setOptions(
        ClientOptions.builder()
            // Waiting for a connection would be longer than counting here is wrong for.
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MAX_COMMANDS)
            // What was not answered is not sent again: nobody waits for it.
            .replayFilter(_ -> true)
            .socketOptions(
                SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(true).build())
            .timeoutOptions(TimeoutOptions.enabled(timeLimit))
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .build());
    RedisURI uri = properties.uri();
    this.connections =
        new Reconnecting<>(
            () -> begun.thenCompose(_ -> client.connectAsync(CODEC, uri)),
            old -> {
              var _ = old.closeAsync();
            },
            timeLimit,
            RETRY,
            System::nanoTime);
  }

  /** Connects, which nothing does before. */
  void start() {
    begun.complete(null);
  }

  /**
   * Sends commands, and tells their result within the time limit, on one of Redis's threads or on a
   * thread of the JDK.
   */
  <T> CompletableFuture<T> call(
      Function<StatefulRedisConnection<String, byte[]>, CompletionStage<T>> commands) {
    return connection()
        .thenCompose(commands)
        .orTimeout(timeLimit.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                answered();
              } else {
                failed(failure);
              }
            });
  }

  /** As above, for those who do without the result. */
  void send(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<?>> command) {
    var _ =
        call(
            connection -> command.apply(connection.async()).thenApply(Function.<Object>identity()));
  }

  private CompletableFuture<StatefulRedisConnection<String, byte[]>> connection() {
    if (failing.get() && System.nanoTime() - answeredAtNanos > SILENCE.toNanos()) {
      connections.renew(SILENCE);
    }
    return connections.connection();
  }

  private void answered() {
    answeredAtNanos = System.nanoTime();
    if (failing.compareAndSet(true, false)) {
      log.info("Redis answers again, and limits count for all replicas");
    }
  }

  private void failed(Throwable failure) {
    metrics.sharedFailed();
    failing.set(true);
    if (warning.isDue()) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      log.atWarn()
          .addKeyValue("cause", cause.toString())
          .log("Redis cannot be asked, so limits count for this replica alone");
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    var _ = resources.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
