package dev.passgate.identity.impersonation;

import dev.passgate.identity.Identity;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * One rule of who may act as whom. What it does not name, it does not ask for.
 *
 * @param issuer over the name of the caller's issuer
 * @param user over the caller's own Trino user
 * @param group over the caller's groups, of which one must match
 * @param as over the wanted user
 * @param allow whether it allows or refuses
 */
record ActAsRule(
    @Nullable Expression issuer,
    @Nullable Expression user,
    @Nullable Expression group,
    WantedUser as,
    boolean allow) {

  /** Whether it is a rule for a caller, whomever it wants to act as. */
  boolean speaksOf(Identity caller) {
    return (issuer == null || issuer.matches(caller.issuer()))
        && (user == null || user.matches(caller.user()))
        && (group == null || caller.groups().stream().anyMatch(group::matches));
  }

  /** Whether it decides that a caller may, or may not, act as somebody. */
  boolean decides(Identity caller, String wanted) {
    if (!speaksOf(caller)) {
      return false;
    }
    MatchResult match = user == null ? null : user.match(caller.user());
    return as.matches(wanted, match);
  }
}
