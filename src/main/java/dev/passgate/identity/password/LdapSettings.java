package dev.passgate.identity.password;

import static dev.passgate.identity.password.PasswordProperties.between;

import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.password.LdapProperties.GroupProperties;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A directory as the program works with it; there is none that breaks a rule.
 *
 * @param servers its servers, all with TLS from the first byte or none
 * @param startTls whether TLS begins after the connection
 * @param bundle the SSL bundle, null for the JVM's trust
 * @param patterns the names of entries; empty where they are searched for
 * @param search how entries are found, null where there are patterns
 * @param nameAttribute the attribute with the name, null where it must be written as it is there
 * @param groups where groups are, null where there are none
 * @param connectTimeout how long it may take to connect
 * @param responseTimeout how long it may take to answer
 * @param maxConnections how many connections are open for the same purpose
 * @param user from name and attributes to user
 * @param attributes what the mapping may ask of an entry
 */
record LdapSettings(
    List<URI> servers,
    boolean startTls,
    @Nullable String bundle,
    List<BindPattern> patterns,
    @Nullable LdapSearch search,
    @Nullable String nameAttribute,
    @Nullable GroupRule groups,
    Duration connectTimeout,
    Duration responseTimeout,
    int maxConnections,
    UserMapping user,
    List<String> attributes) {

  private static final String TLS = "ldaps";
  private static final Set<String> SCHEMES = Set.of("ldap", TLS);
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Pattern ATTRIBUTE = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");

  LdapSettings {
    servers = List.copyOf(servers);
    patterns = List.copyOf(patterns);
    attributes = List.copyOf(attributes);
  }

  /**
   * Checks what is configured.
   *
   * @throws InvalidSetting for the first mistake
   */
  static LdapSettings of(LdapProperties properties) {
    List<URI> servers = properties.url().stream().map(url -> server(properties, url)).toList();
    if (servers.isEmpty()) {
      throw new InvalidSetting(key("url"), null, "a server, such as ldaps://ldap.example.com:636");
    }
    checkTls(properties, servers);
    List<BindPattern> patterns = patterns(properties);
    LdapSearch search = LdapSearch.of(properties, patterns.isEmpty());
    between("ldap.connect-timeout", properties.connectTimeout(), Duration.ofMillis(1), LONGEST);
    between("ldap.response-timeout", properties.responseTimeout(), Duration.ofMillis(1), LONGEST);
    between("ldap.max-connections", properties.maxConnections(), 1, 1000);
    return new LdapSettings(
        servers,
        properties.startTls(),
        properties.bundle(),
        patterns,
        search,
        attribute("name-attribute", properties.nameAttribute()),
        groups(properties.groups()),
        properties.connectTimeout(),
        properties.responseTimeout(),
        properties.maxConnections(),
        properties
            .user()
            .compile(
                (key, value, expected) -> new InvalidSetting(key("user." + key), value, expected)),
        properties.user().claims().stream()
            .filter(claim -> ATTRIBUTE.matcher(claim).matches())
            .toList());
  }

  /** Whether whoever is on the way can read passwords. */
  boolean isExposed() {
    return !isTls()
        && !startTls
        && !servers.stream().allMatch(server -> LOOPBACK.contains(server.getHost()));
  }

  /** Whether the servers speak TLS from the first byte. */
  boolean isTls() {
    return servers.getFirst().getScheme().equals(TLS);
  }

  private static URI server(LdapProperties properties, String url) {
    try {
      URI uri = new URI(url);
      boolean usable =
          uri.getHost() != null
              && SCHEMES.contains(uri.getScheme())
              && uri.getRawUserInfo() == null
              && Set.of("", "/").contains(uri.getRawPath())
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null;
      if (usable) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // as wrong as any other
    }
    throw new InvalidSetting(
        key("url"), properties.url(), "servers as ldaps://host:port or ldap://host:port");
  }

  private static void checkTls(LdapProperties properties, List<URI> servers) {
    boolean tls = servers.getFirst().getScheme().equals(TLS);
    if (servers.stream().anyMatch(server -> server.getScheme().equals(TLS) != tls)) {
      throw new InvalidSetting(
          key("url"), properties.url(), "servers that all begin with ldaps:// or all with ldap://");
    }
    if (tls && properties.startTls()) {
      throw new InvalidSetting(
          key("start-tls"), true, "false, as connections to ldaps:// are encrypted already");
    }
    if (!tls && !properties.startTls() && properties.bundle() != null) {
      throw new InvalidSetting(
          key("bundle"), properties.bundle(), "ldaps:// or start-tls beside it: nothing uses TLS");
    }
  }

  private static List<BindPattern> patterns(LdapProperties properties) {
    List<String> texts = properties.bindPatterns();
    // Two accounts of one name would become one user, unless somebody says how they differ.
    if (texts.size() > 1
        && !properties.user().claims().isEmpty()
        && properties.user().claims().getFirst().equals("preferred_username")) {
      throw new InvalidSetting(
          key("user.claims"),
          properties.user().claims(),
          "user, where no name stands under two of the bind-patterns, or dn with a pattern and a"
              + " template that tell them apart");
    }
    try {
      return texts.stream().map(BindPattern::parse).toList();
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(
          key("bind-patterns"),
          texts,
          "distinguished names in which {USER} is the whole of one value, such as"
              + " uid={USER},ou=people,dc=example,dc=com");
    }
  }

  private static @Nullable GroupRule groups(GroupProperties properties) {
    String attribute = attribute("groups.attribute", properties.attribute());
    if (attribute == null) {
      if (properties.pattern() != null) {
        throw new InvalidSetting(
            key("groups.attribute"), null, "an attribute such as memberOf, as there is a pattern");
      }
      return null;
    }
    try {
      Pattern pattern = properties.pattern() == null ? null : Pattern.compile(properties.pattern());
      if (pattern == null || pattern.matcher("").groupCount() == 1) {
        return new GroupRule(attribute, pattern);
      }
    } catch (PatternSyntaxException _) {
      // as wrong as one with two groups
    }
    throw new InvalidSetting(
        key("groups.pattern"),
        Objects.requireNonNull(properties.pattern()),
        "a regular expression with one group, such as (?i)cn=([^,]+),.*");
  }

  private static @Nullable String attribute(String key, @Nullable String name) {
    if (name != null && !ATTRIBUTE.matcher(name).matches()) {
      throw new InvalidSetting(key(key), name, "the name of an attribute, such as uid");
    }
    return name;
  }

  /** The whole of a key. */
  static String key(String key) {
    return PasswordProperties.key("ldap." + key);
  }
}
