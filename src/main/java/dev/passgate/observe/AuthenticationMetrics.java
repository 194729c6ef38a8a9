package dev.passgate.observe;

import dev.passgate.identity.Refusal.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts decisions in {@code passgate_authentication_total{issuer,source,outcome}}. Issuers and
 * sources are configured names and outcomes an enumeration, so nothing that a client sends makes a
 * new time series.
 */
public final class AuthenticationMetrics {

  private record Labels(String issuer, String source, String outcome) {}

  private static final String ACCEPTED = "accepted";

  private final Map<Labels, Counter> counters = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  AuthenticationMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Somebody got in. */
  public void accepted(String issuer, String source) {
    count(new Labels(issuer, source, ACCEPTED));
  }

  /**
   * Nobody got in.
   *
   * @param issuer the configured name, or null where it is not known
   */
  public void refused(@Nullable String issuer, String source, Reason reason) {
    count(
        new Labels(
            Objects.requireNonNullElse(issuer, "none"),
            source,
            reason.name().toLowerCase(Locale.ROOT)));
  }

  private void count(Labels labels) {
    counters.computeIfAbsent(labels, this::register).increment();
  }

  private Counter register(Labels labels) {
    return Counter.builder("passgate.authentication")
        .description("Decisions on credentials")
        .tag("issuer", labels.issuer())
        .tag("source", labels.source())
        .tag("outcome", labels.outcome())
        .register(registry);
  }
}
