package dev.passgate.cluster.health;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How it is found out which clusters can be used.
 *
 * @param enabled whether coordinators are probed; real traffic counts either way
 * @param interval the time between two probes of a cluster, give or take a tenth, 100ms to 1h;
 *     where none are made, the time after which a cluster that could not be connected to is tried
 *     again
 * @param timeout the time that a probe may take, 100ms to 1h
 * @param failures how many probes in a row must fail until a cluster is down, 1 to 1000
 * @param connectionFailures how many tries of requests in a row must find no connection until a
 *     cluster is down, 1 to 1000
 */
@ConfigurationProperties("passgate.health")
public record HealthProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("5s") Duration interval,
    @DefaultValue("3s") Duration timeout,
    @DefaultValue("2") int failures,
    @DefaultValue("3") int connectionFailures) {

  private static final Duration MIN = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofHours(1);
  private static final int MAX_FAILURES = 1000;

  public HealthProperties {
    check("interval", interval);
    check("timeout", timeout);
    check("failures", failures);
    check("connection-failures", connectionFailures);
  }

  private static void check(String key, Duration time) {
    if (time.compareTo(MIN) < 0 || time.compareTo(MAX) > 0) {
      throw new InvalidSetting("passgate.health." + key, time, "a duration from 100ms to 1h");
    }
  }

  private static void check(String key, int count) {
    if (count < 1 || count > MAX_FAILURES) {
      throw new InvalidSetting("passgate.health." + key, count, "a number from 1 to 1000");
    }
  }
}
