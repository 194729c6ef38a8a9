package dev.passgate.limit;

import dev.passgate.setting.InvalidSetting;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many connections of clients this replica has at most.
 *
 * @param connections how many connections of clients there may be, all together, in each replica
 * @param connectionsPerAddress how many of them from one address, and of IPv6 from one /64 network;
 *     any number if absent
 */
@ConfigurationProperties("passgate.limits")
public record ConnectionLimitProperties(
    @DefaultValue("20000") int connections, @Nullable Integer connectionsPerAddress) {

  public ConnectionLimitProperties {
    check("connections", connections);
    if (connectionsPerAddress != null) {
      check("connections-per-address", connectionsPerAddress);
    }
  }

  private static void check(String key, int value) {
    if (value < 1) {
      throw new InvalidSetting("passgate.limits." + key, value, "a number from 1");
    }
  }
}
