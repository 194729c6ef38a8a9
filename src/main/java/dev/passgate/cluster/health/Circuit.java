package dev.passgate.cluster.health;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one cluster, and what it follows from. Each change is logged once. Thread-safe.
 *
 * <p>Where coordinators are probed, only a probe takes a cluster for up again: a coordinator that
 * answers a poll may be starting all the same. Where they are not, an open circuit half-opens by
 * itself: the next request that cannot connect opens it again, the next answer closes it.
 */
final class Circuit {

  private static final Logger log = LoggerFactory.getLogger(Circuit.class);

  private final String cluster;
  private final HealthProperties settings;
  private final LongSupplier nanos;

  private volatile ClusterState state = ClusterState.UNKNOWN;
  private volatile int connectionFailures;
  private volatile boolean hasAnswered;

  /** When a request last got an answer, by {@link #nanos}. */
  private volatile long answeredAt;

  private int failedProbes;

  /** When it went down, by {@link #nanos}. */
  private long downSince;

  /**
   * @param nanos a clock like {@link System#nanoTime()}
   */
  Circuit(String cluster, HealthProperties settings, LongSupplier nanos) {
    this.cluster = cluster;
    this.settings = settings;
    this.nanos = nanos;
  }

  ClusterState state() {
    if (state != ClusterState.DOWN || settings.enabled()) {
      return state;
    }
    synchronized (this) {
      Duration down = Duration.ofNanos(nanos.getAsLong() - downSince);
      if (state == ClusterState.DOWN && down.compareTo(settings.interval()) >= 0) {
        connectionFailures = settings.connectionFailures() - 1;
        change(ClusterState.UNKNOWN, "it is tried again after " + settings.interval());
      }
      return state;
    }
  }

  synchronized void probed(CoordinatorInfo info) {
    failedProbes = 0;
    if (info.starting()) {
      change(ClusterState.DOWN, "its coordinator is starting");
    } else {
      connectionFailures = 0;
      change(ClusterState.UP, "its coordinator answers");
    }
  }

  synchronized void probeFailed(String cause) {
    failedProbes++;
    if (failedProbes >= settings.failures()) {
      change(ClusterState.DOWN, cause);
    }
  }

  /** A busy coordinator may be slow to answer probes: the answers to requests speak for it. */
  synchronized void probeTimedOut(String cause) {
    Duration silent = Duration.ofNanos(nanos.getAsLong() - answeredAt);
    if (!hasAnswered || silent.compareTo(settings.timeout().plus(settings.interval())) > 0) {
      probeFailed(cause);
    }
  }

  synchronized void connectionFailed() {
    connectionFailures++;
    if (connectionFailures >= settings.connectionFailures()) {
      change(ClusterState.DOWN, connectionFailures + " tries in a row found no connection");
    }
  }

  /** Is called with every answer of every cluster, and mostly changes nothing. */
  void answered() {
    answeredAt = nanos.getAsLong();
    hasAnswered = true;
    if (connectionFailures == 0 && (settings.enabled() || state == ClusterState.UP)) {
      return;
    }
    synchronized (this) {
      connectionFailures = 0;
      if (!settings.enabled()) {
        change(ClusterState.UP, "it answers");
      }
    }
  }

  private synchronized void change(ClusterState next, String cause) {
    if (state == next) {
      return;
    }
    state = next;
    if (next == ClusterState.DOWN) {
      downSince = nanos.getAsLong();
    }
    (next == ClusterState.DOWN ? log.atWarn() : log.atInfo())
        .addKeyValue("cluster", cluster)
        .addKeyValue("state", next)
        .addKeyValue("cause", cause)
        .log("The state of a cluster has changed");
  }
}
