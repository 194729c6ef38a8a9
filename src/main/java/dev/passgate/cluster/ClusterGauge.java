package dev.passgate.cluster;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A gauge for each cluster, labelled with its name, which comes and goes with it. */
public final class ClusterGauge {

  private ClusterGauge() {}

  /**
   * Such a gauge.
   *
   * @param value what it shows of a cluster
   */
  public static MeterBinder of(
      String name, String description, Clusters clusters, ToDoubleFunction<Cluster> value) {
    return registry -> {
      MultiGauge gauge = MultiGauge.builder(name).description(description).register(registry);
      Runnable bind = () -> gauge.register(rows(clusters, value), true);
      bind.run();
      clusters.listen(
          new Clusters.Listener() {
            @Override
            public void changed() {
              bind.run();
            }
          });
    };
  }

  private static List<MultiGauge.Row<?>> rows(Clusters clusters, ToDoubleFunction<Cluster> value) {
    return clusters.all().stream()
        .<MultiGauge.Row<?>>map(
            cluster -> MultiGauge.Row.of(Tags.of("cluster", cluster.name()), cluster, value))
        .toList();
  }
}
