package dev.passgate.identity.impersonation;

import org.jspecify.annotations.Nullable;

/**
 * What a rule says to one caller.
 *
 * @param as over the wanted user, null for nobody
 * @param allow whether it allows or refuses
 */
record Grant(@Nullable Expression as, boolean allow) {

  boolean decides(String wanted) {
    return as != null && as.matches(wanted);
  }
}
