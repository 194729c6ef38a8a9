package dev.passgate.count;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps lines out of the log that would say again what was said a moment ago. Thread-safe. */
public final class Seldom {

  private final long intervalNanos;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  public Seldom(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  /** Whether it is time again; true once an interval. */
  public boolean isDue() {
    long now = System.nanoTime();
    long due = next.get();
    return now - due >= 0 && next.compareAndSet(due, now + intervalNanos);
  }
}
