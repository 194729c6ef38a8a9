package dev.passgate.testing.shared;

import dev.passgate.testing.Background;
import dev.passgate.testing.keycloak.SharedKeycloak;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.SpoolingTrino.Retrieval;
import dev.passgate.testing.trino.SpoolingTrinos;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts the shared servers one after the other while tests run that need none: a start keeps one
 * core busy, and a test seldom two. Applied to every class. A run of several integration tests is
 * taken for one of all; a single one starts what it needs itself.
 */
public final class ServersAhead implements BeforeAllCallback {

  private static final AtomicInteger CLASSES = new AtomicInteger();

  @Override
  public void beforeAll(ExtensionContext context) {
    boolean integration = context.getRequiredTestClass().getSimpleName().endsWith("IT");
    if (integration && CLASSES.incrementAndGet() == 2) {
      // One that does not start fails the first test that asks for it.
      var _ =
          Background.run(
              () -> {
                SharedTrino.get();
                SharedTrino.second();
                SharedTrino.withRules();
                SharedKeycloak.get();
                for (Retrieval retrieval : Retrieval.values()) {
                  var _ = SpoolingTrinos.get(retrieval);
                }
              });
    }
  }
}
