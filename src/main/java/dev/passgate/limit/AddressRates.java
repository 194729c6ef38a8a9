package dev.passgate.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;

/**
 * How often something may be done from one address, as this replica sees it. Of IPv6 the first 64
 * bits count, which is what one subscriber has. Bounded, as strangers fill it. Thread-safe.
 */
public final class AddressRates {

  private static final int IPV6_NETWORK_BYTES = 8;

  private final KeyedRates<String> rates;

  AddressRates(TokenLimitProperties.Rate rate, InstantSource time) {
    this.rates = new KeyedRates<>(new QueryLimitProperties.Rate(rate.rate(), rate.burst()), time);
  }

  /**
   * Counts one more if it may be.
   *
   * @return zero where it may, else how long it is until one may
   */
  public Duration take(String address) {
    return rates.take(network(address));
  }

  private static String network(String address) {
    try {
      return InetAddress.ofLiteral(address) instanceof Inet6Address six
          ? Arrays.toString(Arrays.copyOf(six.getAddress(), IPV6_NETWORK_BYTES))
          : address;
    } catch (IllegalArgumentException _) {
      return address;
    }
  }
}
