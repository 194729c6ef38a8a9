package dev.passgate.shutdown;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Knows whether the gateway is ending, and the connections of clients, over all listeners but the
 * management's. Thread-safe.
 */
final class Draining implements MeterBinder {

  private enum Stage {
    SERVING,
    /** Answers say that their connections end; new connections are taken. */
    ANNOUNCING,
    /** No new connections are taken, and those are closed that have nothing to do. */
    ENDING
  }

  private final ChannelGroup listening = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final LongAdder answered = new LongAdder();
  private final LongAdder cut = new LongAdder();
  private volatile Stage stage = Stage.SERVING;

  /** A listener takes connections. */
  void listens(Channel listener) {
    listening.add(listener);
  }

  void add(Channel connection) {
    connections.add(connection);
  }

  /** Whether answers are to say that their connections end. */
  boolean isOn() {
    return stage != Stage.SERVING;
  }

  /** Whether connections with nothing to do are to be closed. */
  boolean isEnding() {
    return stage == Stage.ENDING;
  }

  void begin() {
    stage = Stage.ANNOUNCING;
  }

  /** Takes no more connections, and closes those that have nothing to do. */
  void end() throws InterruptedException {
    stage = Stage.ENDING;
    var _ = listening.close().await();
    each(ClientConnection::closeIfIdle);
  }

  /**
   * Waits for the end of all connections.
   *
   * @return whether they have ended
   */
  boolean awaitEnd(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    boolean inTime = true;
    // One that was taken just before the end may be added after it.
    while (!connections.isEmpty() && inTime) {
      inTime =
          connections.newCloseFuture().await(end - System.nanoTime(), TimeUnit.NANOSECONDS)
              && System.nanoTime() < end;
    }
    return connections.isEmpty();
  }

  /** Closes all connections, whatever they are at. */
  void cut() {
    each(ClientConnection::cut);
  }

  private void each(Consumer<ClientConnection> action) {
    for (Channel channel : connections) {
      ClientConnection connection = channel.pipeline().get(ClientConnection.class);
      if (connection != null) {
        channel.eventLoop().execute(() -> action.accept(connection));
      }
    }
  }

  /** An answer was given whole while the gateway ends. */
  void countAnswered() {
    answered.increment();
  }

  /** An exchange was ended before it was over. */
  void countCut() {
    cut.increment();
  }

  long answered() {
    return answered.sum();
  }

  /** How many exchanges were ended before they were over. */
  long cutExchanges() {
    return cut.sum();
  }

  int open() {
    return connections.size();
  }

  /** How many requests are under way, about. */
  int running() {
    int sum = 0;
    for (Channel channel : connections) {
      ClientConnection connection = channel.pipeline().get(ClientConnection.class);
      sum += connection == null ? 0 : connection.due();
    }
    return sum;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("passgate.draining", this, draining -> draining.isOn() ? 1 : 0)
        .description("Whether this replica is ending, and lets its clients go elsewhere")
        .register(registry);
  }
}
