package dev.passgate.identity.mapping;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the groups in the claims of a verified token. Thread-safe. */
public final class GroupMapping {

  /** How many groups somebody may be in. */
  static final int MAX_GROUPS = 1000;

  /** How long the name of a group may be, in characters. */
  static final int MAX_LENGTH = 256;

  private final List<ClaimPath> claims;

  GroupMapping(List<ClaimPath> claims) {
    this.claims = List.copyOf(claims);
  }

  /**
   * The groups of all the claims that are present.
   *
   * @throws UnusableClaim where one is of another form, or there is too much of them
   */
  public Set<String> map(Map<String, ? extends @Nullable Object> values) {
    Set<String> groups = new LinkedHashSet<>();
    for (ClaimPath claim : claims) {
      for (String group : ClaimTexts.of(claim, values, "groups")) {
        if (group.length() > MAX_LENGTH) {
          throw new UnusableClaim(
              "the name of a group is longer than the " + MAX_LENGTH + " characters allowed");
        }
        if (group.chars().anyMatch(Character::isISOControl)) {
          throw new UnusableClaim("the name of a group has control characters");
        }
        groups.add(group);
        if (groups.size() > MAX_GROUPS) {
          throw new UnusableClaim("there are more than the " + MAX_GROUPS + " groups allowed");
        }
      }
    }
    return groups;
  }
}
