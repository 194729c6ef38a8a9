package dev.passgate.identity.mapping;

/**
 * The users of one issuer or of another source of credentials.
 *
 * @param key the setting that says the prefix, such as {@code passgate.issuers.acme.user.prefix}
 * @param prefix what their names begin with; may be empty
 */
public record UserNamespace(String key, String prefix) {

  /** Says which there are. Each source that has a mapping has one as a bean. */
  @FunctionalInterface
  public interface Source {
    Iterable<UserNamespace> namespaces();
  }
}
