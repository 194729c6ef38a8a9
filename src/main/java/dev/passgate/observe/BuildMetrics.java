package dev.passgate.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/** Tells in {@code passgate_build_info{version}}, which is always 1, what runs. */
final class BuildMetrics {

  private BuildMetrics() {}

  static MeterBinder info() {
    // Of the jar's manifest, which there is none of where the classes are not in a jar.
    String version =
        Objects.requireNonNullElse(
            BuildMetrics.class.getPackage().getImplementationVersion(), "unknown");
    return registry ->
        Gauge.builder("passgate.build.info", () -> 1)
            .description("The version that runs; always 1")
            .tag("version", version)
            .register(registry);
  }
}
