package dev.passgate.limit;

import dev.passgate.setting.InvalidSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often tokens may be asked for.
 *
 * @param tokenRequestsPerAddress from one address
 */
@ConfigurationProperties("passgate.limits")
record TokenLimitProperties(@DefaultValue Rate tokenRequestsPerAddress) {

  private static final String KEY = "passgate.limits.token-requests-per-address.";
  private static final int MAX_PER_SECOND = 1_000_000;

  /**
   * How many requests there may be.
   *
   * @param rate how many requests for tokens may come from one address each second, in the long
   *     run, up to 1000000
   * @param burst how many of them at once, after a time of none, up to 1000000
   */
  record Rate(@DefaultValue("5") int rate, @DefaultValue("50") int burst) {

    Rate {
      check("rate", rate);
      check("burst", burst);
    }

    private static void check(String key, int number) {
      if (number < 1 || number > MAX_PER_SECOND) {
        throw new InvalidSetting(KEY + key, number, "a number from 1 to " + MAX_PER_SECOND);
      }
    }
  }
}
