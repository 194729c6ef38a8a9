package dev.passgate.gate;

import dev.passgate.identity.Refusal;

/** What a request offers as proof of who sent it. */
sealed interface Credential {

  /** A bearer token (RFC 6750) in its compact form. */
  record Bearer(String token) implements Credential {
    @Override
    public String toString() {
      return "Bearer[token=***]";
    }
  }

  /** Nothing to prove anything with, and why. */
  record None(Refusal refusal) implements Credential {}
}
