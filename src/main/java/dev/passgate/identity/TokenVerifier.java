package dev.passgate.identity;

import reactor.core.publisher.Mono;

/** Decides who a bearer token stands for. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * Verifies a token in its compact form (RFC 7519). Never blocks.
   *
   * @return the verdict; whatever goes wrong is a {@link Refusal}, never an error signal
   */
  Mono<Verdict> verify(String token);
}
