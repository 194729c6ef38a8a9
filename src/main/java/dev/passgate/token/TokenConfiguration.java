package dev.passgate.token;

import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.limit.AddressRates;
import dev.passgate.listener.ExternalAddress;
import dev.passgate.observe.TokenMetrics;
import java.time.Duration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Wires the way to the issuers' token endpoints. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class TokenConfiguration {

  /** Below what clients of OAuth wait. */
  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  @Bean
  HttpTokenEndpoint tokenEndpoint() {
    return new HttpTokenEndpoint();
  }

  @Bean
  TokenService tokenService(
      HttpTokenEndpoint endpoint,
      IssuerRegistry issuers,
      AddressRates rates,
      ExternalAddress address,
      TokenMetrics metrics,
      JsonMapper json) {
    return new TokenService(
        new Tenants(issuers::issuers, endpoint, TIME_LIMIT, Schedulers.parallel()),
        rates,
        address,
        metrics,
        json);
  }
}
