package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Chooses one of several clusters by their weights: of those with the fewest running queries in
 * proportion to their weight the next in turn, or simply the next in turn.
 *
 * <p>The turns are those of nginx's smooth weighted round robin: of weights 3 and 1, b comes once
 * in each four turns, and never twice before a has come. Each label has turns of its own.
 * Thread-safe.
 */
final class Balance {

  private final boolean countsQueries;
  private final ToIntFunction<Cluster> running;

  /** What each cluster has saved up for its next turn, by label. */
  private final Map<String, Map<Cluster, Integer>> credits = new HashMap<>();

  /**
   * @param countsQueries whether the number of running queries decides before the turn does
   * @param running how many queries run on a cluster
   */
  Balance(boolean countsQueries, ToIntFunction<Cluster> running) {
    this.countsQueries = countsQueries;
    this.running = running;
  }

  int running(Cluster cluster) {
    return Math.max(0, running.applyAsInt(cluster));
  }

  /**
   * Chooses one, whose turn this was then.
   *
   * @param label whose turns count
   * @param some at least one
   */
  synchronized Cluster next(String label, List<Cluster> some) {
    List<Cluster> least = least(some);
    Map<Cluster, Integer> saved = credits.computeIfAbsent(label, _ -> new HashMap<>());
    Cluster chosen = turn(saved, least);
    int total = 0;
    for (Cluster cluster : least) {
      saved.merge(cluster, cluster.weight(), Integer::sum);
      total += cluster.weight();
    }
    saved.merge(chosen, -total, Integer::sum);
    return chosen;
  }

  /** Tells which one would be chosen, and takes no turn. */
  synchronized Cluster peek(String label, List<Cluster> some) {
    return turn(credits.getOrDefault(label, Map.of()), least(some));
  }

  private static Cluster turn(Map<Cluster, Integer> saved, List<Cluster> some) {
    Cluster best = some.getFirst();
    for (Cluster cluster : some) {
      if (credit(saved, cluster) > credit(saved, best)) {
        best = cluster;
      }
    }
    return best;
  }

  private static int credit(Map<Cluster, Integer> saved, Cluster cluster) {
    return saved.getOrDefault(cluster, 0) + cluster.weight();
  }

  private List<Cluster> least(List<Cluster> some) {
    if (!countsQueries || some.size() == 1) {
      return some;
    }
    Map<Cluster, Integer> counts = new HashMap<>();
    some.forEach(cluster -> counts.put(cluster, running(cluster)));
    Cluster least = some.getFirst();
    for (Cluster cluster : some) {
      if (compare(cluster, least, counts) < 0) {
        least = cluster;
      }
    }
    Cluster bound = least;
    return some.stream().filter(cluster -> compare(cluster, bound, counts) == 0).toList();
  }

  /** Compares queries per weight, without division. */
  private static int compare(Cluster one, Cluster other, Map<Cluster, Integer> counts) {
    long left = (long) counts.getOrDefault(one, 0) * other.weight();
    long right = (long) counts.getOrDefault(other, 0) * one.weight();
    return Long.compare(left, right);
  }
}
