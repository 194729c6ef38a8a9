package dev.passgate.soak;

/**
 * What is measured of the gateway's process, and by how much its median of the last quarter may be
 * above that of the second.
 */
enum Figure {
  /**
   * What a full collection leaves, with the traffic that is under way. A leak of one object of 100
   * bytes for each request would be some 10 MB in half an hour.
   */
  LIVE_HEAP("live heap", "MB", 0.10, 4),
  /**
   * Chunks that Netty has taken outside of the heap to cut buffers from, by its own count: it has
   * them of the system itself, so that the JVM's figures don't know of them.
   */
  BUFFERS("Netty's buffers", "MB", 0.10, 8),
  /** Classes: the JVM makes some more of them while it learns what is called. */
  METASPACE("metaspace", "MB", 0.03, 2),
  /** All that the JVM has committed but the heap: code, stacks, its own tables. */
  NATIVE_TOTAL("native memory of the JVM", "MB", 0.10, 16),
  /** Reported, and not judged: the system decides what of it stays. */
  RESIDENT("resident set", "MB", Double.NaN, Double.NaN),
  THREADS("threads", "", 0, 4),
  /** The connections that are open at a moment are part of them. */
  DESCRIPTORS("file descriptors", "", 0.10, 24),
  CONNECTIONS("connections of clients", "", 0.20, 16),
  /** Those that nobody asks about are counted for 90 seconds. */
  QUERIES("running queries", "", 0.20, 16),
  /**
   * Time series of the metrics: whatever clients send must make none, which would be hundreds in a
   * minute. A status that a fault brings for the first time makes six.
   */
  SERIES("time series", "", 0.10, 20);

  private final String words;
  private final String unit;
  private final double share;
  private final double amount;

  Figure(String words, String unit, double share, double amount) {
    this.words = words;
    this.unit = unit;
    this.share = share;
    this.amount = amount;
  }

  String words() {
    return words;
  }

  String unit() {
    return unit;
  }

  boolean isJudged() {
    return !Double.isNaN(share);
  }

  double share() {
    return share;
  }

  double amount() {
    return amount;
  }
}
