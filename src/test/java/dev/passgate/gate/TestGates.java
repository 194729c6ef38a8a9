package dev.passgate.gate;

import dev.passgate.identity.TokenVerifier;
import dev.passgate.observe.TestMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Makes gates for tests of other packages. */
public final class TestGates {

  private TestGates() {}

  public static Gate of(TokenVerifier verifier, MeterRegistry registry) {
    return new Gate(
        new CredentialReader(List.of(new Source.Bearer()), false),
        new Verifiers(verifier, null, null),
        List.of(),
        TestMetrics.authentication(registry));
  }
}
