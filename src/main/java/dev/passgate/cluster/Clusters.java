package dev.passgate.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The clusters of the configuration in force. Thread-safe. */
public final class Clusters {

  /** Told of clusters that come and go, on the thread that changes the configuration. */
  public interface Listener {

    /**
     * A cluster comes, or one that is reached otherwise than the one of its name before. Nothing is
     * sent to it yet.
     */
    default void added(Cluster cluster) {}

    /** A cluster has gone, and no other has its name. Requests to it may be under way. */
    default void removed(Cluster cluster) {}

    /** The clusters are others now, or other things are said of them. */
    default void changed() {}
  }

  private record Snapshot(Map<String, Cluster> byName, List<Cluster> all) {

    static Snapshot of(List<Cluster> all) {
      Map<String, Cluster> names = new LinkedHashMap<>();
      all.forEach(cluster -> names.put(cluster.name(), cluster));
      return new Snapshot(names, List.copyOf(all));
    }
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot now;

  /**
   * @param all at least one
   */
  public Clusters(List<Cluster> all) {
    this.now = Snapshot.of(all);
  }

  /** Every cluster there is, in the order of their names: the same list until there are others. */
  public List<Cluster> all() {
    return now.all();
  }

  /** The cluster of a name, or null. */
  public @Nullable Cluster find(String name) {
    return now.byName().get(name);
  }

  /** Has somebody told of changes from now on. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Puts others in force: first what is new is told, last what has gone. */
  void replace(List<Cluster> all) {
    Snapshot before = now;
    Snapshot next = Snapshot.of(all);
    for (Cluster cluster : next.all()) {
      Cluster old = before.byName().get(cluster.name());
      if (old == null || !cluster.isReachedAs(old)) {
        listeners.forEach(listener -> listener.added(cluster));
      }
    }
    now = next;
    for (Cluster cluster : before.all()) {
      if (!next.byName().containsKey(cluster.name())) {
        listeners.forEach(listener -> listener.removed(cluster));
      }
    }
    listeners.forEach(Listener::changed);
  }
}
