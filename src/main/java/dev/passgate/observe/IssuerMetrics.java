package dev.passgate.observe;

import dev.passgate.identity.issuer.Issuer;
import dev.passgate.identity.issuer.IssuerEvents;
import dev.passgate.identity.issuer.IssuerRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts key fetches in {@code passgate_issuer_refresh_total{issuer,outcome}} and tells the age of
 * the keys in {@code passgate_issuer_keys_age_seconds{issuer}}, NaN while there are none.
 */
final class IssuerMetrics implements IssuerEvents {

  private record Labels(String issuer, String outcome) {}

  private final Map<Labels, Counter> counters = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  IssuerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void refreshed(String issuer, RefreshOutcome outcome) {
    counters
        .computeIfAbsent(
            new Labels(issuer, outcome.name().toLowerCase(Locale.ROOT)), this::register)
        .increment();
  }

  private Counter register(Labels labels) {
    return Counter.builder("passgate.issuer.refresh")
        .description("Fetches of an issuer's keys")
        .tag("issuer", labels.issuer())
        .tag("outcome", labels.outcome())
        .register(registry);
  }

  /** The gauges; apart from the counters because the issuers ask for these when they are made. */
  static MeterBinder ages(IssuerRegistry issuers) {
    return registry -> {
      MultiGauge ages =
          MultiGauge.builder("passgate.issuer.keys.age")
              .description("How long ago the issuer confirmed the keys in use")
              .baseUnit("seconds")
              .register(registry);
      Runnable bind = () -> ages.register(rows(issuers), true);
      bind.run();
      issuers.listen(bind);
    };
  }

  private static List<MultiGauge.Row<?>> rows(IssuerRegistry issuers) {
    return issuers.issuers().stream()
        .<MultiGauge.Row<?>>map(
            issuer ->
                MultiGauge.Row.of(
                    Tags.of("issuer", issuer.name()), issuer, IssuerMetrics::ageSeconds))
        .toList();
  }

  private static double ageSeconds(Issuer issuer) {
    Duration age = issuer.keysAge();
    return age == null ? Double.NaN : age.toMillis() / 1000.0;
  }
}
