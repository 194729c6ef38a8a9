package dev.passgate.count;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many there are of each kind. Kinds of which there are none take no memory. Thread-safe. */
public final class Counts<K> {

  private final Map<K, Integer> counts = new ConcurrentHashMap<>();

  /** How many there are of a kind. */
  public int of(K kind) {
    return counts.getOrDefault(kind, 0);
  }

  /** Adds one. */
  public void add(K kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  /** Adds one unless there are as many as allowed, and tells whether it did. */
  public boolean addBelow(K kind, int limit) {
    boolean[] added = new boolean[1];
    counts.compute(
        kind,
        (_, count) -> {
          int before = count == null ? 0 : count;
          added[0] = before < limit;
          return added[0] ? Integer.valueOf(before + 1) : count;
        });
    return added[0];
  }

  /** Takes one off that was added. */
  public void subtract(K kind) {
    counts.computeIfPresent(kind, (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }

  /** How many kinds there are. */
  public int size() {
    return counts.size();
  }
}
