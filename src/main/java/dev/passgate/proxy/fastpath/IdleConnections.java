package dev.passgate.proxy.fastpath;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one coordinator that wait for a request. */
final class IdleConnections {

  private static final long SWEEP_SECONDS = 15;

  private final EventLoop loop;
  private final long maxIdleNanos;
  private final ArrayDeque<ClusterConnection> connections = new ArrayDeque<>();
  private boolean sweeping;

  IdleConnections(EventLoop loop, long maxIdleNanos) {
    this.loop = loop;
    this.maxIdleNanos = maxIdleNanos;
  }

  /** The one that was used last, as it will be open; null where there is none. */
  @Nullable ClusterConnection take() {
    ClusterConnection connection = connections.pollLast();
    while (connection != null && !connection.isClean()) {
      connection.close();
      connection = connections.pollLast();
    }
    return connection;
  }

  void add(ClusterConnection connection) {
    connections.addLast(connection);
    if (!sweeping) {
      sweeping = true;
      var _ = loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  void remove(ClusterConnection connection) {
    connections.remove(connection);
  }

  /** The first is the one that waits longest. */
  private void sweep() {
    sweeping = false;
    ClusterConnection oldest = connections.peekFirst();
    while (oldest != null && oldest.idleNanos() > maxIdleNanos) {
      connections.removeFirst();
      oldest.close();
      oldest = connections.peekFirst();
    }
    if (oldest != null) {
      sweeping = true;
      var _ = loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }
}
