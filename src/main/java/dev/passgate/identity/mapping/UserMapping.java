package dev.passgate.identity.mapping;

import dev.passgate.identity.TrinoUserName;
import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Finds the Trino user in the claims of a verified token, or in the one name that another kind of
 * credential proves. Thread-safe, and bounded in time whatever the patterns.
 *
 * <p>The first claim that is present decides. If it is of no use (not a string, empty, or nothing
 * that may stand in {@code X-Trino-User}) there is no user: were the next one asked instead,
 * whoever can spoil a claim of his could choose which other claim names him.
 *
 * <p>Names are ASCII before and after: nothing is transliterated, normalised or folded, so that no
 * two names that differ outside of it become one.
 */
public final class UserMapping implements AutoCloseable {

  private final List<ClaimPath> claims;
  private final NameRule rule;
  private final String prefix;

  UserMapping(List<ClaimPath> claims, NameRule rule, String prefix) {
    this.claims = List.copyOf(claims);
    this.rule = rule;
    this.prefix = prefix;
  }

  /**
   * Maps claims to a user.
   *
   * @param values the claims by name, JSON objects as maps
   */
  public MappedUser map(Map<String, ? extends @Nullable Object> values) {
    for (ClaimPath claim : claims) {
      Object value = claim.find(values);
      if (value != ClaimPath.Missing.ABSENT) {
        return value instanceof String text
            ? map(text)
            : new None("a claim that should name the user does not");
      }
    }
    return new None("no claim names a user");
  }

  /** Maps a name to a user. */
  public MappedUser map(String name) {
    if (!TrinoUserName.isValid(name)) {
      return new None("what should name the user is not a name that Trino takes");
    }
    return switch (rule.apply(name)) {
      case None none -> none;
      case User user -> prefixed(user.name());
    };
  }

  private MappedUser prefixed(String name) {
    String user = prefix + name;
    // both: a prefix would make something of nothing, and of a name that begins with a space
    return TrinoUserName.isValid(name) && TrinoUserName.isValid(user)
        ? new User(user)
        : new None("the name is not one that Trino takes");
  }

  /** What stands before all names that it makes; may be empty. */
  public String prefix() {
    return prefix;
  }

  /** Grows whenever the same claims may come to another user than before. */
  public long version() {
    return rule instanceof RulesFile(var file) ? file.version() : 0;
  }

  /** Begins to look at the file of rules, where there is one, on threads that may block. */
  public void watch(Scheduler scheduler) {
    if (rule instanceof RulesFile(var file)) {
      file.watch(scheduler);
    }
  }

  @Override
  public void close() {
    if (rule instanceof RulesFile(var file)) {
      file.close();
    }
  }
}
