package dev.passgate.identity.mapping;

import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import dev.passgate.setting.InvalidSetting;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prefixes of all sources of users. None is the beginning of another, and nobody whose source
 * has no prefix gets a name that begins with one, so that a name tells by its beginning which
 * source it is from. Sources without a prefix share one space of names. Thread-safe.
 */
public final class UserNamespaces {

  /** No prefixes at all. */
  public static final UserNamespaces NONE = new UserNamespaces(List.of());

  private static final Logger log = LoggerFactory.getLogger(UserNamespaces.class);

  /**
   * What is in force.
   *
   * @param version grows with each change, from 1
   */
  private record Names(List<String> prefixes, long version) {}

  private volatile Names names;

  private UserNamespaces(List<String> prefixes) {
    this.names = new Names(List.copyOf(prefixes), 1);
  }

  /** Grows whenever there are other prefixes, from 1. */
  public long version() {
    return names.version();
  }

  /** Whether the prefixes of others are the same. */
  public boolean isSame(UserNamespaces others) {
    return names.prefixes().equals(others.names.prefixes());
  }

  /** Takes over the prefixes of others. For one thread at a time. */
  public void become(UserNamespaces others) {
    if (!isSame(others)) {
      names = new Names(others.names.prefixes(), names.version() + 1);
    }
  }

  /**
   * Puts them together, and warns where several sources share the names without a prefix.
   *
   * @throws InvalidSetting where a prefix is the beginning of another
   */
  public static UserNamespaces of(Iterable<UserNamespace> all) {
    List<UserNamespace> prefixed = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    for (UserNamespace one : all) {
      if (one.prefix().isEmpty()) {
        shared.add(one.key());
      } else {
        prefixed.forEach(other -> checkApart(one, other));
        prefixed.add(one);
      }
    }
    if (shared.size() > 1) {
      log.atWarn()
          .addKeyValue("keys", shared)
          .log(
              "Several sources of users have no prefix: the same name of two of them is the same"
                  + " Trino user");
    }
    return new UserNamespaces(prefixed.stream().map(UserNamespace::prefix).toList());
  }

  private static void checkApart(UserNamespace one, UserNamespace other) {
    if (one.prefix().startsWith(other.prefix()) || other.prefix().startsWith(one.prefix())) {
      throw new InvalidSetting(
          one.key(),
          one.prefix(),
          "a prefix that neither begins with another nor begins another, and "
              + other.key()
              + " is '"
              + other.prefix()
              + "'");
    }
  }

  /**
   * A user, if the name is one that his source may give.
   *
   * @param prefix the prefix of his source, which the name has already
   */
  public MappedUser admit(String prefix, MappedUser mapped) {
    List<String> all = names.prefixes();
    boolean foreign =
        mapped instanceof User(String name)
            && all.stream().anyMatch(other -> !other.equals(prefix) && name.startsWith(other));
    return foreign ? new None("the name is one of another source's users") : mapped;
  }
}
