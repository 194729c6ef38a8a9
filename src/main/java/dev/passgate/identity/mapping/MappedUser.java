package dev.passgate.identity.mapping;

/** What the claims of a token come to. */
public sealed interface MappedUser {

  /**
   * A Trino user.
   *
   * @param name a name that {@link dev.passgate.identity.TrinoUserName} takes
   */
  record User(String name) implements MappedUser {}

  /**
   * No user.
   *
   * @param detail why, without a claim's value
   */
  record None(String detail) implements MappedUser {}
}
