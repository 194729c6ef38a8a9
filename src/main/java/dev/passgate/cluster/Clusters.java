package dev.passgate.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clusters of the configuration. */
public final class Clusters {

  private final Map<String, Cluster> byName;
  private final List<Cluster> all;

  /**
   * @param all at least one
   */
  public Clusters(List<Cluster> all) {
    this.all = List.copyOf(all);
    Map<String, Cluster> names = new LinkedHashMap<>();
    all.forEach(cluster -> names.put(cluster.name(), cluster));
    this.byName = names;
  }

  /** Every cluster there is, in the order of their names. */
  public List<Cluster> all() {
    return all;
  }

  /** The cluster of a name, or null. */
  public @Nullable Cluster find(String name) {
    return byName.get(name);
  }
}
