package dev.passgate.limit;

import dev.passgate.query.CountedUser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The names of what is kept in Redis. Users are there by the SHA-256 of what they count by, so that
 * nobody reads names in lists of keys and slow logs, and no name is too long or breaks a key.
 * Whoever can guess a name finds it: Redis is trusted with that.
 */
final class RedisKeys {

  private static final String PREFIX = "passgate:";

  private RedisKeys() {}

  /** The queries of a user that run. */
  static String queries(CountedUser user) {
    return PREFIX + "queries:" + digest(user);
  }

  /** The rate of a user's new queries, by the setting too: another one begins anew. */
  static String rate(QueryLimitProperties.Rate rate, CountedUser user) {
    return PREFIX + "rate:" + rate.perSecond() + ":" + rate.atOnce() + ":" + digest(user);
  }

  /** NUL stands in no name of an issuer or a user, so no two have the same. */
  private static String digest(CountedUser user) {
    try {
      byte[] bytes = (user.issuer() + '\0' + user.user()).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
