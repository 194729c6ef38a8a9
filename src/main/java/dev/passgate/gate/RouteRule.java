package dev.passgate.gate;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.util.Map;
import java.util.Set;

/**
 * Lets the identities of some issuers in by certain routes only.
 *
 * @param routes the ids of the routes by the issuer's name; who is not in there gets in by all
 */
record RouteRule(Map<String, Set<String>> routes) implements Rule {

  RouteRule {
    routes = Map.copyOf(routes);
  }

  @Override
  public Verdict apply(Identity identity, Approach approach, Trail trail) {
    Set<String> allowed = routes.get(identity.issuer());
    if (allowed == null) {
      return identity;
    }
    if (!allowed.contains(approach.route())) {
      return Refusal.of(
          Reason.ROUTE_NOT_ALLOWED,
          "tokens of this issuer open other paths than this one",
          identity);
    }
    trail.passed(Check.ROUTE);
    return identity;
  }
}
