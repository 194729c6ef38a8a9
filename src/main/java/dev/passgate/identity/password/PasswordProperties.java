package dev.passgate.identity.password;

import dev.passgate.identity.mapping.UserMappingProperties;
import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What passwords are checked against, and how often.
 *
 * @param file a password file
 * @param ldap a directory
 * @param cache the memory of pairs that were right
 * @param threads how many passwords are checked at once, 1 to 256; one for two processors if absent
 * @param queue how many wait to be checked, 1 to 100000; the others get 503 at once
 * @param tries how many failed tries are borne
 */
@ConfigurationProperties(PasswordProperties.PREFIX)
record PasswordProperties(
    @DefaultValue FileProperties file,
    @NestedConfigurationProperty @DefaultValue LdapProperties ldap,
    @DefaultValue CacheProperties cache,
    @Nullable Integer threads,
    @DefaultValue("100") int queue,
    @DefaultValue TriesProperties tries) {

  static final String PREFIX = "passgate.authentication.basic";

  /**
   * A password file.
   *
   * @param path the password file, in the form of htpasswd and of Trino's file authenticator, read
   *     again when it changes
   * @param user how the name in it makes the Trino user
   */
  record FileProperties(
      @Nullable String path,
      @NestedConfigurationProperty @DefaultValue UserMappingProperties user) {}

  /**
   * The memory of pairs that were right.
   *
   * @param ttl for how long a pair is good without being checked again, 1s to 10m
   * @param maxEntries how many pairs are remembered, up to 10000000; 0 checks every request anew
   */
  record CacheProperties(@DefaultValue("1m") Duration ttl, @DefaultValue("10000") int maxEntries) {}

  /**
   * How many failed tries are borne within a time.
   *
   * @param perUser failed tries of one user from one address
   * @param perAddress failed tries of one address
   * @param perUserOverall failed tries of one user from all addresses but those from which he got
   *     in lately
   * @param window the time within which they count, 1s to 1d; it begins with the first
   */
  record TriesProperties(
      @DefaultValue("10") int perUser,
      @DefaultValue("50") int perAddress,
      @DefaultValue("100") int perUserOverall,
      @DefaultValue("1m") Duration window) {}

  PasswordProperties {
    between("cache.ttl", cache.ttl(), Duration.ofSeconds(1), Duration.ofMinutes(10));
    between("cache.max-entries", cache.maxEntries(), 0, 10_000_000);
    if (threads != null) {
      between("threads", threads, 1, 256);
    }
    between("queue", queue, 1, 100_000);
    between("tries.per-user", tries.perUser(), 1, 1_000_000);
    between("tries.per-address", tries.perAddress(), 1, 1_000_000);
    between("tries.per-user-overall", tries.perUserOverall(), 1, 1_000_000);
    between("tries.window", tries.window(), Duration.ofSeconds(1), Duration.ofDays(1));
  }

  /** How many threads check passwords. */
  int threadsToUse() {
    return threads == null ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
  }

  static void between(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidSetting(key(key), value, "a number from " + least + " to " + most);
    }
  }

  static void between(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidSetting(key(key), value, "a duration from " + least + " to " + most);
    }
  }

  /** The whole of a key. */
  static String key(String key) {
    return PREFIX + "." + key;
  }
}
