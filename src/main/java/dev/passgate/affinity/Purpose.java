package dev.passgate.affinity;

import org.jspecify.annotations.Nullable;

/** What was signed, so that a signature for one thing is worth nothing for another. */
enum Purpose {
  /** A URI of {@code /v1/statement}, for its owner. */
  STATEMENT(1),
  /** A URI of {@code /v1/spooled}, for whoever has it. */
  SEGMENT(2),
  /** The same at a worker, whose address is in the URI. */
  SEGMENT_AT_WORKER(3),
  /** The id of a transaction, for its owner. */
  TRANSACTION(4),
  /** The prefix of all URIs of one query, for its owner, which the cluster itself writes. */
  QUERY(5);

  private final byte code;

  Purpose(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static @Nullable Purpose of(byte code) {
    for (Purpose purpose : values()) {
      if (purpose.code == code) {
        return purpose;
      }
    }
    return null;
  }
}
