package dev.passgate.routing;

import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.cluster.health.HealthProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Routers for tests of other packages, all of whose clusters are healthy. */
public final class TestRouters {

  private static final HealthProperties HEALTH =
      new HealthProperties(true, Duration.ofSeconds(5), Duration.ofSeconds(3), 2, 1);

  private TestRouters() {}

  /** One with the properties {@code passgate.routing}. */
  public static Router of(Clusters clusters, Map<String, String> properties) {
    RoutingProperties bound =
        new Binder(new MapConfigurationPropertySource(properties))
            .bindOrCreate("passgate.routing", RoutingProperties.class);
    Set<String> labels = new TreeSet<>();
    clusters.all().forEach(cluster -> labels.addAll(cluster.labels()));
    return new Router(
        clusters,
        bound.compile(labels, Set.of("acme")),
        bound,
        new ClusterStates(clusters, HEALTH, System::nanoTime),
        new Balance(bound.countsQueries(), _ -> 0));
  }
}
