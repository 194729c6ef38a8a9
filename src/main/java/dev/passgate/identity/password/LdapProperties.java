package dev.passgate.identity.password;

import dev.passgate.identity.mapping.UserMappingProperties;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A directory that knows passwords. {@code {USER}}, or Trino's {@code ${USER}} where nothing takes
 * it for a placeholder of its own, stands for the name that the client sent.
 *
 * @param url its servers, {@code ldaps://host:port} or {@code ldap://host:port}; the first that
 *     answers is asked
 * @param startTls whether connections to {@code ldap://} are encrypted before anything is said
 * @param bundle the SSL bundle with the certificates that are trusted; those of the JVM if absent
 * @param bindPatterns the names of entries, tried one after the other
 * @param search how an entry is found, instead of patterns
 * @param nameAttribute the attribute that holds the user's one true name; if absent, the name has
 *     to be sent as the directory has it
 * @param groups where the user's groups are
 * @param connectTimeout how long it may take to connect to one server, up to 1m
 * @param responseTimeout how long one answer may take, up to 1m
 * @param maxConnections how many connections are open for binds, and as many for searches, 1 to
 *     1000
 * @param user how the name and the entry make the Trino user
 */
record LdapProperties(
    @DefaultValue List<String> url,
    @DefaultValue("false") boolean startTls,
    @Nullable String bundle,
    @DefaultValue List<String> bindPatterns,
    @DefaultValue SearchProperties search,
    @Nullable String nameAttribute,
    @DefaultValue GroupProperties groups,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("5s") Duration responseTimeout,
    @DefaultValue("8") int maxConnections,
    @NestedConfigurationProperty @DefaultValue UserMappingProperties user) {

  /**
   * How an entry is found.
   *
   * @param base where the entry is looked for, at any depth
   * @param filter which entry it is
   * @param bindDn the name of the entry who looks for it; nobody in particular if absent
   * @param bindPassword the password of who looks for it
   * @param bindPasswordFile the file with that password, read again when it changes
   */
  record SearchProperties(
      @Nullable String base,
      @Nullable String filter,
      @Nullable String bindDn,
      @Nullable String bindPassword,
      @Nullable String bindPasswordFile) {

    @Override
    public String toString() {
      return "SearchProperties[base=" + base + ", filter=" + filter + ", bindDn=" + bindDn + "]";
    }
  }

  /**
   * Where a user's groups are.
   *
   * @param attribute the attribute of the user's entry that holds groups
   * @param pattern what a value must match to count; its one group in brackets is the name of the
   *     group
   */
  record GroupProperties(@Nullable String attribute, @Nullable String pattern) {}

  LdapProperties {
    url = List.copyOf(url);
    bindPatterns = List.copyOf(bindPatterns);
  }
}
