package dev.passgate.cluster;

import dev.passgate.cluster.trust.TrinoKeysProperties;
import dev.passgate.cluster.trust.TrustKind;
import dev.passgate.protocol.Origin;
import dev.passgate.setting.InvalidSetting;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Trino clusters.
 *
 * @param clusters by name, a name for logs and metrics
 */
@ConfigurationProperties("passgate")
record ClusterProperties(@DefaultValue Map<String, ClusterSettings> clusters) {

  ClusterProperties {
    clusters = Map.copyOf(clusters);
    if (clusters.isEmpty()) {
      throw new InvalidSetting(
          "passgate.clusters",
          null,
          "at least one cluster, such as passgate.clusters.main.url: http://trino:8080");
    }
    clusters.forEach((name, settings) -> settings.check(key(name)));
    checkOrigins(clusters);
  }

  /** Whose URI it is could not be told, and a query would be looked for in the wrong one. */
  private static void checkOrigins(Map<String, ClusterSettings> clusters) {
    Map<Origin, String> seen = new HashMap<>();
    new TreeMap<>(clusters)
        .forEach(
            (name, settings) -> {
              String other = seen.put(settings.origin(), name);
              if (other != null) {
                throw new InvalidSetting(
                    key(name) + "url", settings.url(), "another address than that of " + other);
              }
            });
  }

  /** What the keys of a cluster begin with. */
  static String key(String name) {
    return "passgate.clusters." + name + ".";
  }

  /** Whether the gateway signs tokens for some cluster. */
  boolean needKeys() {
    return clusters.values().stream().anyMatch(settings -> settings.kind() == TrustKind.JWT);
  }

  /**
   * Looks whether the gateway's keys are for something.
   *
   * @throws InvalidSetting if there is a file of keys, and no cluster that they are for
   */
  void checkKeys(TrinoKeysProperties keys) {
    if (keys.file() != null && !needKeys()) {
      throw new InvalidSetting(
          "passgate.trino-keys.file", keys.file(), "nothing, as no cluster has trust: jwt");
    }
  }
}
