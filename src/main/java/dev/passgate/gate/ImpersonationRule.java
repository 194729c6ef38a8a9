package dev.passgate.gate;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.protocol.TrinoHeaders;
import org.springframework.http.HttpHeaders;

/** Has a request run as the user that its client asks for, where the rules allow it. */
record ImpersonationRule(Impersonation impersonation) implements Rule {

  @Override
  public Verdict apply(Identity identity, Approach approach, Trail trail) {
    HttpHeaders headers = approach.headers();
    return impersonation.check(
        identity,
        headers.getOrEmpty(TrinoHeaders.USER),
        headers.getOrEmpty(TrinoHeaders.ORIGINAL_USER),
        trail);
  }
}
