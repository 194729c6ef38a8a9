package dev.passgate.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts requests for tokens in {@code passgate_token_requests_total{issuer,outcome}}. Issuers are
 * configured names.
 */
public final class TokenMetrics {

  /** How a request ended. */
  public enum Outcome {
    /** There was a token. */
    GRANTED,
    /** The gateway or the provider refused it. */
    REFUSED,
    /** The address had asked too often. */
    LIMITED,
    /** The provider gave no answer that can be passed on. */
    UNAVAILABLE
  }

  private record Labels(String issuer, Outcome outcome) {}

  private final Map<Labels, Counter> counters = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  TokenMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A request ended. */
  public void ended(String issuer, Outcome outcome) {
    counters.computeIfAbsent(new Labels(issuer, outcome), this::register).increment();
  }

  private Counter register(Labels labels) {
    return Counter.builder("passgate.token.requests")
        .description("Requests for tokens that came for an issuer")
        .tag("issuer", labels.issuer())
        .tag("outcome", labels.outcome().name().toLowerCase(Locale.ROOT))
        .register(registry);
  }
}
