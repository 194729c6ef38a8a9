package dev.passgate.listener;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * The listener for operators. Spring Boot would give it the certificate of {@code server.ssl}, and
 * have it ask probes for one of their own where that asks clients: it has TLS where {@code
 * management.server.ssl} says so, and only then.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementListener {

  @Bean
  WebServerFactoryCustomizer<ConfigurableWebServerFactory> managementTls(
      ManagementServerProperties management) {
    return factory -> {
      if (management.getSsl() == null) {
        Ssl none = new Ssl();
        none.setEnabled(false);
        factory.setSsl(none);
      }
    };
  }
}
