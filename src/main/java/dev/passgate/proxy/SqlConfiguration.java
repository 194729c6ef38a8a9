package dev.passgate.proxy;

import dev.passgate.failure.FailureMapping;
import dev.passgate.limit.QueryLimits;
import dev.passgate.query.RunningQueries;
import dev.passgate.routing.Router;
import dev.passgate.sql.SqlProperties;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** SQL over plain HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SqlProperties.class)
class SqlConfiguration {

  @Bean
  SqlService sqlService(
      SqlProperties settings,
      QueryLimits limits,
      Router router,
      ClusterTries tries,
      IdentityHeadersFilter identityHeaders,
      RunningQueries running,
      FailureMapping failures) {
    return new SqlService(
        settings,
        limits,
        router,
        tries,
        identityHeaders,
        running,
        failures,
        InstantSource.system());
  }
}
