package dev.passgate.routing;

import dev.passgate.identity.Identity;
import java.util.List;

/**
 * Where some requests go.
 *
 * @param name for explanations and logs
 * @param label of the clusters that take them
 * @param conditions what must hold, all of it
 */
record Rule(String name, String label, List<Condition> conditions) {

  /** One thing that a rule asks of a request. */
  @FunctionalInterface
  interface Condition {
    boolean holds(Identity identity, ClientHeaders headers, StatementKind statement);
  }

  Rule {
    conditions = List.copyOf(conditions);
  }

  boolean matches(Identity identity, ClientHeaders headers, StatementKind statement) {
    for (Condition condition : conditions) {
      if (!condition.holds(identity, headers, statement)) {
        return false;
      }
    }
    return true;
  }
}
