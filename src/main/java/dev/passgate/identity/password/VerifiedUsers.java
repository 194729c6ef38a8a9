package dev.passgate.identity.password;

import dev.passgate.identity.Grants;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.mapping.MappedUser;
import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserNamespaces;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes identities of users whose password was right.
 *
 * @param source the name of where the password was found
 * @param mapping from what is known of the user to the Trino user
 * @param namespaces the names that are not for this source to give
 * @param ttl for how long an identity is good
 */
record VerifiedUsers(
    String source,
    UserMapping mapping,
    UserNamespaces namespaces,
    Duration ttl,
    InstantSource clock) {

  /** Under these names the mapping finds the user's name; the second is in its default list. */
  private static final Set<String> NAME_CLAIMS = Set.of("user", "preferred_username");

  /** Grows when users are mapped otherwise than before. */
  long version() {
    return mapping.version() + namespaces.version();
  }

  /** Nobody, and nothing that tells an unknown user from a wrong password. */
  Refusal wrong() {
    return Refusal.of(Reason.BAD_PASSWORD, "the user or the password is wrong", source);
  }

  /**
   * The identity of a user.
   *
   * @param name the user's name where the password was found
   * @param subject what identifies the user there
   * @param more what else is known of the user, by name
   */
  Verdict identify(String name, String subject, Map<String, Object> more, Set<String> groups) {
    Map<String, Object> claims = new HashMap<>(more);
    NAME_CLAIMS.forEach(claim -> claims.put(claim, name));
    return switch (namespaces.admit(mapping.prefix(), mapping.map(claims))) {
      case MappedUser.None none -> Refusal.of(Reason.NO_USER, none.detail(), source);
      case MappedUser.User user ->
          new Identity(
              source, user.name(), null, subject, clock.instant().plus(ttl), groups, Grants.NONE);
    };
  }
}
