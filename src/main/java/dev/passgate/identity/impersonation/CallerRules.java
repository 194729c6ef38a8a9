package dev.passgate.identity.impersonation;

import java.util.List;

/**
 * The rules that are for one caller.
 *
 * @param grants what they say, in order
 */
record CallerRules(List<Grant> grants) {

  CallerRules {
    grants = List.copyOf(grants);
  }

  /** Whether the caller may act as anybody at all. */
  boolean allowAnything() {
    return grants.stream().anyMatch(Grant::allow);
  }

  /** Whether the first that decides allows it. */
  boolean allow(String wanted) {
    return grants.stream()
        .filter(grant -> grant.decides(wanted))
        .findFirst()
        .map(Grant::allow)
        .orElse(false);
  }
}
