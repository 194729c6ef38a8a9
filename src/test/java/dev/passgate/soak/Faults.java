package dev.passgate.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The faults of a run, and when each was under way. Safe for use by several threads. */
final class Faults {

  /** How a run is disturbed. */
  enum Fault {
    /** A coordinator is killed, and started again. */
    COORDINATOR_RESTART(2),
    /**
     * An issuer signs with a key that the gateway has not seen. Where unknown keys were just asked
     * for, {@code keys.min-refetch-interval} has to pass until they are again.
     */
    KEY_ROTATION(2),
    /** An issuer gives no keys; those that are known count. */
    ISSUER_DOWN(0),
    PASSWORD_FILE(0),
    DENY_LIST(0),
    CONFIGURATION(0),
    CERTIFICATE(0),
    CLIENTS_LEAVE(0);

    private final long graceNanos;

    /**
     * @param graceSeconds for how long after its end it can still be the reason of a failure
     */
    Fault(int graceSeconds) {
      this.graceNanos = TimeUnit.SECONDS.toNanos(graceSeconds);
    }

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** A fault that has begun; closing it ends it. */
  interface UnderWay extends AutoCloseable {
    @Override
    void close();
  }

  private static final class Window {
    final Fault fault;
    final String subject;
    final long begin = System.nanoTime();
    long end = Long.MAX_VALUE;

    Window(Fault fault, String subject) {
      this.fault = fault;
      this.subject = subject;
    }
  }

  private final List<Window> windows = new ArrayList<>();

  /**
   * A fault begins.
   *
   * @param subject what it is about: the name of an issuer or a cluster
   */
  synchronized UnderWay begin(Fault fault, String subject) {
    Window window = new Window(fault, subject);
    windows.add(window);
    return () -> end(window);
  }

  private synchronized void end(Window window) {
    window.end = System.nanoTime();
  }

  /**
   * Whether a fault was under way, or had just ended, at some moment since.
   *
   * @param since of {@link System#nanoTime()}
   */
  synchronized boolean metSince(Fault fault, String subject, long since) {
    for (Window window : windows) {
      if (window.fault == fault
          && window.subject.equals(subject)
          && (window.end == Long.MAX_VALUE || window.end + fault.graceNanos - since > 0)) {
        return true;
      }
    }
    return false;
  }

  /** Those under way now, for people. */
  synchronized List<String> underWay() {
    return windows.stream()
        .filter(window -> window.end == Long.MAX_VALUE)
        .map(window -> window.fault.words() + " (" + window.subject + ")")
        .toList();
  }

  /** How often each was. */
  synchronized Map<Fault, Integer> counts() {
    Map<Fault, Integer> counts = new TreeMap<>();
    windows.forEach(window -> counts.merge(window.fault, 1, Integer::sum));
    return counts;
  }

  /** Begins and ends of a fault, in seconds since a moment; of one under way the end is now. */
  synchronized List<double[]> spans(Fault fault, long since) {
    return windows.stream()
        .filter(window -> window.fault == fault)
        .map(
            window ->
                new double[] {
                  seconds(window.begin - since),
                  seconds((window.end == Long.MAX_VALUE ? System.nanoTime() : window.end) - since)
                })
        .toList();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
