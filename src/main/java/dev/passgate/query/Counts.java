package dev.passgate.query;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many there are by a name. Names of which there are none take no memory. Thread-safe. */
final class Counts {

  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  int of(String name) {
    return counts.getOrDefault(name, 0);
  }

  void add(String name) {
    counts.merge(name, 1, Integer::sum);
  }

  /** Adds one unless there are as many as allowed, and tells whether it did. */
  boolean addBelow(String name, int limit) {
    boolean[] added = new boolean[1];
    counts.compute(
        name,
        (_, count) -> {
          int before = count == null ? 0 : count;
          added[0] = before < limit;
          return added[0] ? Integer.valueOf(before + 1) : count;
        });
    return added[0];
  }

  void subtract(String name) {
    counts.computeIfPresent(name, (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }

  /** How many names there are. */
  int size() {
    return counts.size();
  }
}
