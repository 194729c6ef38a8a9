package dev.passgate.identity.issuer;

import java.time.Instant;
import java.util.Set;

/**
 * An issuer's keys as they were at a time.
 *
 * @param keys the keys
 * @param confirmedAt when the issuer last said that these are its keys
 * @param generation changes whenever the keys do, and only then; starts at 1
 */
record KeySnapshot(KeySet keys, Instant confirmedAt, long generation) {

  /** What follows when the issuer names its keys again. */
  KeySnapshot confirm(KeySet current, Instant now) {
    boolean same = Set.copyOf(keys.keys()).equals(Set.copyOf(current.keys()));
    return new KeySnapshot(current, now, same ? generation : generation + 1);
  }
}
