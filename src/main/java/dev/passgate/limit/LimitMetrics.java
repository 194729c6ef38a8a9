package dev.passgate.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts refused queries in {@code passgate_limited_total{limit}}, and the times that replicas
 * could not count together in {@code passgate_limits_shared_failures_total}.
 */
final class LimitMetrics {

  private final Map<String, Counter> limited;
  private final Counter failures;

  LimitMetrics(MeterRegistry registry) {
    this.limited =
        Stream.of("queries-per-user", "new-queries-per-user")
            .collect(Collectors.toMap(Function.identity(), limit -> counter(registry, limit)));
    this.failures =
        Counter.builder("passgate.limits.shared.failures")
            .description("Counts that were this replica's own, as Redis did not answer in time")
            .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String limit) {
    return Counter.builder("passgate.limited")
        .description("New queries that were refused, as the user has too many")
        .tag("limit", limit)
        .register(registry);
  }

  void limited(String limit) {
    Objects.requireNonNull(limited.get(limit)).increment();
  }

  void sharedFailed() {
    failures.increment();
  }
}
