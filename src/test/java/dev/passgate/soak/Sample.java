package dev.passgate.soak;

import java.util.Map;

/**
 * What was measured at a moment.
 *
 * @param second since the traffic began
 * @param exchanges that had ended by then
 */
record Sample(double second, long exchanges, Map<Figure, Double> figures) {

  Sample {
    figures = Map.copyOf(figures);
  }
}
