package dev.passgate.failure;

import dev.passgate.setting.InvalidSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How refusals are answered.
 *
 * @param failureStatus the status for a request without a good credential: 401, or 403 for clients
 *     that were written for Envoy's ext_authz, then without WWW-Authenticate
 */
@ConfigurationProperties("passgate.authentication")
record FailureProperties(@DefaultValue("401") int failureStatus) {

  FailureProperties {
    if (failureStatus != 401 && failureStatus != 403) {
      throw new InvalidSetting(
          "passgate.authentication.failure-status", failureStatus, "401 or 403");
    }
  }
}
