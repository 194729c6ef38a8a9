package dev.passgate.shutdown;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long the end of a gateway takes.
 *
 * @param delay for how long it takes connections after it said that it is not ready any more, so
 *     that balancers notice
 * @param timeout how long after that the requests that run may take; the rest is cut
 */
@ConfigurationProperties("passgate.shutdown")
record ShutdownProperties(
    @DefaultValue("5s") Duration delay, @DefaultValue("30s") Duration timeout) {

  private static final Duration MAX_DELAY = Duration.ofMinutes(10);
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(24);

  ShutdownProperties {
    if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
      throw new InvalidSetting("passgate.shutdown.delay", delay, "a duration from 0s to 10m");
    }
    if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new InvalidSetting("passgate.shutdown.timeout", timeout, "a duration from 1ms to 24h");
    }
  }
}
