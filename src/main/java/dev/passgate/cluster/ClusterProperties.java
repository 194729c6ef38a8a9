package dev.passgate.cluster;

import dev.passgate.protocol.Origin;
import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Trino clusters.
 *
 * @param clusters by name, a name for logs and metrics
 */
@ConfigurationProperties("passgate")
record ClusterProperties(@DefaultValue Map<String, ClusterSettings> clusters) {

  /**
   * One cluster.
   *
   * @param url scheme and authority of its coordinator
   */
  record ClusterSettings(@Nullable String url) {}

  ClusterProperties {
    clusters = Map.copyOf(clusters);
    if (clusters.size() != 1) {
      throw new InvalidSetting(
          "passgate.clusters",
          clusters.isEmpty() ? null : clusters.keySet(),
          "one cluster, such as passgate.clusters.main.url: http://trino:8080");
    }
    clusters.forEach(ClusterProperties::check);
  }

  private static void check(String name, ClusterSettings settings) {
    try {
      Origin.parse(Objects.requireNonNullElse(settings.url(), ""));
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(
          "passgate.clusters." + name + ".url",
          settings.url(),
          "http(s)://host[:port] of a Trino coordinator");
    }
  }
}
