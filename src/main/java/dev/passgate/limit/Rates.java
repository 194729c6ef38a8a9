package dev.passgate.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/** A rate in the terms of bucket4j. */
final class Rates {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private Rates() {}

  static Bandwidth bandwidth(QueryLimitProperties.Rate rate) {
    return Bandwidth.builder()
        .capacity(rate.atOnce())
        .refillGreedy(rate.perSecond(), SECOND)
        .build();
  }

  /** How long an empty bucket takes to be full, and a little more. */
  static Duration timeToFill(QueryLimitProperties.Rate rate) {
    return SECOND.multipliedBy(rate.atOnce()).dividedBy(rate.perSecond()).plus(SECOND);
  }

  static Duration untilAllowed(ConsumptionProbe probe) {
    return probe.isConsumed()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
  }
}
