package dev.passgate.observe;

import io.micrometer.core.instrument.MeterRegistry;
import tools.jackson.databind.json.JsonMapper;

/** Makes what tests of other packages observe with. */
public final class TestMetrics {

  private TestMetrics() {}

  public static AuthenticationMetrics authentication(MeterRegistry registry) {
    return new AuthenticationMetrics(registry);
  }

  public static RequestMetrics requests(MeterRegistry registry) {
    return new RequestMetrics(registry);
  }

  public static AuditLog audit() {
    return new AuditLog(JsonMapper.shared(), false);
  }

  public static AccessLog access() {
    return new AccessLog(JsonMapper.shared());
  }
}
