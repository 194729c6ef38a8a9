package dev.passgate.cluster;

import dev.passgate.cluster.trust.TrustKind;
import dev.passgate.setting.InvalidSetting;
import java.util.Map;
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
    if (clusters.size() != 1) {
      throw new InvalidSetting(
          "passgate.clusters",
          clusters.isEmpty() ? null : clusters.keySet(),
          "one cluster, such as passgate.clusters.main.url: http://trino:8080");
    }
    clusters.forEach((name, settings) -> settings.check(key(name)));
  }

  /** What the keys of a cluster begin with. */
  static String key(String name) {
    return "passgate.clusters." + name + ".";
  }

  /** Whether the gateway signs tokens for some cluster. */
  boolean needKeys() {
    return clusters.values().stream().anyMatch(settings -> settings.kind() == TrustKind.JWT);
  }
}
