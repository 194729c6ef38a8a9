package dev.passgate.identity.password;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.MonoSink;

/**
 * One check of a password, and those that wait for it. It is not begun when nobody waits any more.
 *
 * @param <T> what comes of it
 */
final class Flight<T> {

  private final int maxWaiting;
  private final List<MonoSink<T>> waiting = new ArrayList<>();
  private boolean closed;
  private boolean begun;

  /** A check that one waits for. */
  Flight(int maxWaiting, MonoSink<T> first) {
    this.maxWaiting = maxWaiting;
    waiting.add(first);
  }

  /** What became of the wish to wait. */
  enum Join {
    JOINED,
    /** There are too many who wait. */
    FULL,
    /** It has ended, or was given up. */
    LATE
  }

  synchronized Join join(MonoSink<T> sink) {
    if (closed) {
      return Join.LATE;
    }
    if (waiting.size() >= maxWaiting) {
      return Join.FULL;
    }
    waiting.add(sink);
    return Join.JOINED;
  }

  /** One waits no more; whether that was the last one, of a check that is not to begin now. */
  synchronized boolean leave(MonoSink<T> sink) {
    if (waiting.remove(sink) && waiting.isEmpty() && !begun) {
      closed = true;
      return true;
    }
    return false;
  }

  /** Whether to begin. */
  synchronized boolean begin() {
    begun = !closed;
    return begun;
  }

  /** Tells everybody who waits. */
  void end(Consumer<MonoSink<T>> answer) {
    List<MonoSink<T>> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(waiting);
      waiting.clear();
    }
    all.forEach(answer);
  }
}
