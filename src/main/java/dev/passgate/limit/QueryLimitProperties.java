package dev.passgate.limit;

import dev.passgate.setting.InvalidSetting;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * How many queries of one user there may be.
 *
 * @param queriesPerUser how many queries of one user may run at the same time; any number if absent
 * @param newQueriesPerUser how many may start; null for any number
 * @param shared where the counts are kept for several replicas; null for each replica its own
 */
@ConfigurationProperties("passgate.limits")
public record QueryLimitProperties(
    @Nullable Integer queriesPerUser, @Nullable Rate newQueriesPerUser, @Nullable Shared shared) {

  static final String QUERIES_PER_USER = "passgate.limits.queries-per-user";
  static final String NEW_QUERIES_PER_USER = "passgate.limits.new-queries-per-user";

  private static final int MAX_PER_SECOND = 1_000_000;

  public QueryLimitProperties {
    if (queriesPerUser != null && queriesPerUser < 1) {
      throw new InvalidSetting(QUERIES_PER_USER, queriesPerUser, "a number from 1");
    }
    if (shared != null && queriesPerUser == null && newQueriesPerUser == null) {
      throw new InvalidSetting(
          "passgate.limits.shared.redis.url",
          shared.redis().url(),
          "nothing, as there is neither " + QUERIES_PER_USER + " nor " + NEW_QUERIES_PER_USER);
    }
  }

  /**
   * How many queries of one user may start.
   *
   * @param rate how many queries one user may start each second, in the long run, up to 1000000;
   *     any number if absent
   * @param burst how many of them at once, after a time of none; as many as in a second if absent
   */
  public record Rate(@Nullable Integer rate, @Nullable Integer burst) {

    public Rate {
      check("rate", rate == null ? 0 : rate, rate);
      check("burst", burst == null ? 1 : burst, burst);
    }

    private static void check(String key, int number, @Nullable Integer given) {
      if (number < 1 || number > MAX_PER_SECOND) {
        throw new InvalidSetting(
            NEW_QUERIES_PER_USER + "." + key, given, "a number from 1 to " + MAX_PER_SECOND);
      }
    }

    int perSecond() {
      return Objects.requireNonNull(rate);
    }

    int atOnce() {
      return burst == null ? perSecond() : burst;
    }
  }

  /** Where several replicas count together. */
  public record Shared(@NestedConfigurationProperty @Nullable RedisProperties redis) {

    public Shared {
      if (redis == null) {
        throw new InvalidSetting(
            "passgate.limits.shared.redis.url", null, RedisProperties.EXPECTED_URL);
      }
    }

    @Override
    public RedisProperties redis() {
      return Objects.requireNonNull(redis);
    }
  }
}
