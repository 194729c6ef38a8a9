package dev.passgate.gate;

import dev.passgate.identity.TokenVerifier;
import dev.passgate.observe.TestMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** Makes gates for tests of other packages. */
public final class TestGates {

  private TestGates() {}

  public static Gate of(TokenVerifier verifier, MeterRegistry registry) {
    return new Gate(verifier, TestMetrics.authentication(registry));
  }
}
