package dev.passgate.proxy;

import dev.passgate.failure.FailureMapping;
import dev.passgate.limit.LimitProperties;
import dev.passgate.limit.QueryLimits;
import dev.passgate.query.RunningQueries;
import dev.passgate.routing.Router;
import dev.passgate.sql.SqlProperties;
import java.time.InstantSource;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** SQL over plain HTTP. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableConfigurationProperties(SqlProperties.class)
class SqlConfiguration {

  @Bean
  SqlService sqlService(
      SqlProperties settings,
      LimitProperties limitsOfTime,
      QueryLimits limits,
      Router router,
      ClusterTries tries,
      ForwardedHeadersFilter forwardedHeaders,
      IdentityHeadersFilter identityHeaders,
      RunningQueries running,
      FailureMapping failures) {
    return new SqlService(
        settings,
        limitsOfTime,
        limits,
        router,
        tries,
        List.of(forwardedHeaders, identityHeaders),
        running,
        failures,
        InstantSource.system());
  }
}
