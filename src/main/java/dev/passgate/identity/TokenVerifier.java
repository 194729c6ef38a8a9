package dev.passgate.identity;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides who a token stands for. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * Verifies a JWT in its compact form (RFC 7519) or an opaque token (RFC 7662). Never blocks.
   *
   * @param trail told of the checks that were passed; {@link Trail#NONE} lets a memory of verified
   *     tokens answer, any other sees every check made anew
   * @return the verdict; whatever goes wrong is a {@link Refusal}, never an error signal
   */
  Mono<Verdict> verify(String token, Trail trail);

  /**
   * Who a token stands for that was verified before, as {@link #verify} would say it without
   * looking at the token again; null where it would.
   */
  default @Nullable Identity known(String token) {
    return null;
  }

  /**
   * {@link #verify} for a request that only goes on with what was begun before: a token that has
   * ended a configured time ago at most, and is good otherwise, still stands for somebody. The
   * identity's {@code expiresAt} is then in the past. A verifier that knows no such thing tells no
   * difference.
   */
  default Mono<Verdict> verifyLate(String token, Trail trail) {
    return verify(token, trail);
  }
}
