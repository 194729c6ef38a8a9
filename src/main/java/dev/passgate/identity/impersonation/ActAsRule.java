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

  /** What it says to a caller, null where it is not for this one. */
  @Nullable Grant to(Identity caller) {
    MatchResult match = user == null ? null : user.match(caller.user());
    boolean fits =
        (issuer == null || issuer.matches(caller.issuer()))
            && (user == null || match != null)
            && (group == null || caller.groups().stream().anyMatch(group::matches));
    return fits ? new Grant(as.of(match), allow) : null;
  }
}
