package dev.passgate.soak;

import java.util.List;

/**
 * Whether a figure grows once a run is warm. The first quarter of a run is left out: code is
 * compiled in it, and caches fill. The median of the last quarter may be above the median of the
 * second one by a share or by a fixed amount, whichever is more. Medians, because a sample is taken
 * at any moment of the traffic: a collection of garbage leaves what is under way.
 *
 * @param second the median of the second quarter
 * @param last the median of the last quarter
 * @param limit what the latter may be
 */
record Growth(double second, double last, double limit) {

  /** The least number of samples: two in each quarter. */
  static final int MIN_SAMPLES = 8;

  /**
   * Compares the quarters of a run.
   *
   * @param values at even intervals, oldest first
   * @param share of the second quarter's median, by which the last's may be above it
   * @param amount by which it may be above it in any case
   */
  static Growth of(List<Double> values, double share, double amount) {
    if (values.size() < MIN_SAMPLES) {
      throw new IllegalArgumentException("of " + values.size() + " samples nothing can be said");
    }
    int quarter = values.size() / 4;
    double second = median(values.subList(quarter, 2 * quarter));
    double last = median(values.subList(values.size() - quarter, values.size()));
    return new Growth(second, last, second + Math.max(second * share, amount));
  }

  boolean isTooMuch() {
    // so that NaN, of a figure that could not be had, is too much
    return !(last <= limit);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
