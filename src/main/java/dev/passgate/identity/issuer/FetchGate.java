package dev.passgate.identity.issuer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets through one fetch at a time, and those that strangers cause no sooner than a given time
 * after the last one ended. Thread-safe; calls the starter outside its lock, for a fetch may end at
 * once.
 */
final class FetchGate implements AutoCloseable {

  private final Duration minInterval;
  private final InstantSource clock;
  private final Consumer<KeyFetch> starter;
  private final Object lock = new Object();

  /** Guarded by the lock, as are the next two. */
  private @Nullable KeyFetch underWay;

  private Instant dueAt = Instant.MIN;
  private boolean closed;

  /**
   * A gate that nothing has passed yet.
   *
   * @param starter starts a fetch, and sees to it that {@link #end} is called when it has ended
   */
  FetchGate(Duration minInterval, InstantSource clock, Consumer<KeyFetch> starter) {
    this.minInterval = minInterval;
    this.clock = clock;
    this.starter = starter;
  }

  /**
   * A fetch to wait for.
   *
   * @param joined whether it was under way already, so that what it brings may be older than the
   *     wish for it
   */
  record Entry(KeyFetch fetch, boolean joined) {}

  /** The fetch under way, else a new one. */
  KeyFetch joinOrStart() {
    Entry entry = enter(Instant.MAX);
    if (entry == null) {
      throw new IllegalStateException("a fetch is always due at the end of time");
    }
    return entry.fetch();
  }

  /** The fetch under way, else a new one; null where it is too early for one. */
  @Nullable Entry joinOrStartIfDue() {
    return enter(clock.instant());
  }

  private @Nullable Entry enter(Instant now) {
    KeyFetch fetch = new KeyFetch();
    synchronized (lock) {
      if (underWay != null) {
        return new Entry(underWay, true);
      }
      if (now.isBefore(dueAt)) {
        return null;
      }
      if (closed) {
        fetch.cancel();
        return new Entry(fetch, false);
      }
      underWay = fetch;
    }
    starter.accept(fetch);
    return new Entry(fetch, false);
  }

  /** How long it takes until a fetch is due again; positive. */
  Duration untilDue() {
    synchronized (lock) {
      Duration remaining = Duration.between(clock.instant(), dueAt);
      return remaining.isPositive() ? remaining : Duration.ofMillis(1);
    }
  }

  /** The fetch has ended, and the next may begin when its time has come. */
  void end(KeyFetch fetch) {
    synchronized (lock) {
      if (fetch.equals(underWay)) {
        underWay = null;
        dueAt = clock.instant().plus(minInterval);
      }
    }
  }

  /** Stops the fetch under way. Those that come later fail. */
  @Override
  public void close() {
    KeyFetch fetch;
    synchronized (lock) {
      closed = true;
      fetch = underWay;
      underWay = null;
    }
    if (fetch != null) {
      fetch.cancel();
    }
  }
}
