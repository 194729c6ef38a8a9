package dev.passgate.identity.password;

import dev.passgate.identity.Verdict;

/** Knows passwords. */
interface PasswordSource {

  /**
   * Decides on a user name and a password. Blocks.
   *
   * @return the verdict; {@link dev.passgate.identity.Refusal.Reason#BAD_PASSWORD} for what counts
   *     as a failed try
   */
  Verdict check(String user, String password);

  /** Changes when a verdict of before may no longer be right. */
  long version();
}
