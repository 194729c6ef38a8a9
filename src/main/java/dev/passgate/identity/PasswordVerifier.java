package dev.passgate.identity;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides who a user name and a password stand for. */
@FunctionalInterface
public interface PasswordVerifier {

  /**
   * Verifies a password. Never blocks.
   *
   * @param user the name as the client sent it, not empty
   * @param password the password as the client sent it, not empty
   * @param address the client's address, which failed tries are counted by
   * @param trail told of the checks that were passed; any but {@link Trail#NONE} sees every check
   *     made anew
   * @return the verdict; whatever goes wrong is a {@link Refusal}, never an error signal
   */
  Mono<Verdict> verify(String user, String password, String address, Trail trail);

  /**
   * Who a user name and a password stand for that were right a moment ago, as {@link #verify} would
   * say it without a check; null where it would make one.
   */
  default @Nullable Identity known(String user, String password) {
    return null;
  }
}
