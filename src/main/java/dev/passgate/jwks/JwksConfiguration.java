package dev.passgate.jwks;

import dev.passgate.cluster.trust.TrinoKeys;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Serves {@code GET /.well-known/jwks.json} to everybody, where tokens are signed at all. */
@Configuration(proxyBeanMethods = false)
class JwksConfiguration {

  /** RFC 7517, section 8.5.2. */
  private static final MediaType JWK_SET = MediaType.valueOf("application/jwk-set+json");

  /** It adds to the quarter of an hour between Trino's fetches, where a cache is between. */
  private static final Duration MAX_AGE = Duration.ofMinutes(5);

  @Bean
  RouterFunction<ServerResponse> jwks(TrinoKeys keys) {
    return RouterFunctions.route(
        RequestPredicates.GET("/.well-known/jwks.json").and(_ -> keys.exist()),
        _ ->
            ServerResponse.ok()
                .contentType(JWK_SET)
                .cacheControl(CacheControl.maxAge(MAX_AGE).cachePublic())
                .bodyValue(keys.published()));
  }
}
