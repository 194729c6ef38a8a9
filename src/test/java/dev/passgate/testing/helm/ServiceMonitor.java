package dev.passgate.testing.helm;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/**
 * {@code monitoring.coreos.com/v1}, as far as the chart uses it: of the Prometheus operator's API
 * there is no model in Maven Central.
 */
public record ServiceMonitor(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {

  /** {@code spec}. */
  public record Spec(LabelSelector selector, List<Endpoint> endpoints) {}

  /** {@code spec.endpoints[]}. */
  public record Endpoint(String port, String path, String interval, String scrapeTimeout) {}
}
