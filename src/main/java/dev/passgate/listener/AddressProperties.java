package dev.passgate.listener;

import dev.passgate.protocol.Origin;
import dev.passgate.setting.InvalidSetting;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway is called from outside.
 *
 * @param externalUrl scheme and authority that clients call, without a path; absent, the listener's
 *     scheme and the request's Host, or what a trusted proxy forwards
 * @param trustedProxies addresses or networks (CIDR) whose {@code Forwarded} or {@code
 *     X-Forwarded-*} headers are believed; of several entries the last counts, of addresses the
 *     last that is no trusted proxy's, and where both kinds of headers are there neither
 */
@ConfigurationProperties("passgate")
record AddressProperties(@Nullable String externalUrl, @DefaultValue List<String> trustedProxies) {

  AddressProperties {
    trustedProxies = List.copyOf(trustedProxies);
    trustedProxies.forEach(Network::parse);
    if (externalUrl != null) {
      origin(externalUrl);
    }
  }

  private static Origin origin(String url) {
    try {
      return Origin.parse(url);
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(
          "passgate.external-url",
          url,
          "http(s)://host[:port], without a path because Trino's clients always call"
              + " /v1/statement");
    }
  }

  /** The origin that clients call, or null where each request tells it. */
  @Nullable Origin externalOrigin() {
    return externalUrl == null ? null : origin(externalUrl);
  }
}
