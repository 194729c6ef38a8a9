package dev.passgate.openapi;

import java.io.IOException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/** Wires the description. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class OpenApiConfiguration {

  /** {@code docs/openapi.yaml}, which the build puts beside this class. */
  @Bean
  OpenApiService openApiService() throws IOException {
    return new OpenApiService(
        new ClassPathResource("openapi.yaml", OpenApiConfiguration.class).getContentAsByteArray());
  }
}
