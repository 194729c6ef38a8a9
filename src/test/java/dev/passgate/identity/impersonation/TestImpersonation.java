package dev.passgate.identity.impersonation;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Makes rules for tests of other packages too. */
public final class TestImpersonation {

  private TestImpersonation() {}

  /** Nobody may act as anybody. */
  public static Impersonation none() {
    return new Impersonation(List.of());
  }

  /** From keys below {@code passgate.impersonation}, such as {@code rules[0].as}. */
  public static Impersonation of(Map<String, String> settings) {
    return bind(settings).compile();
  }

  static ImpersonationProperties bind(Map<String, String> settings) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    settings.forEach((key, value) -> source.put("passgate.impersonation." + key, value));
    return new Binder(source).bindOrCreate("passgate.impersonation", ImpersonationProperties.class);
  }
}
