package dev.passgate.gate;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;

/** What an identity must pass, beyond its credential, before its request is let in. */
@FunctionalInterface
interface Rule {

  /**
   * The identity that the request goes on with, or why it does not. Never throws for what a client
   * sent.
   */
  Verdict apply(Identity identity, Approach approach, Trail trail);
}
