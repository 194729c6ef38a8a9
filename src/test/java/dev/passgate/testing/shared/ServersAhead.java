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
 * core busy, and a test seldom two. Not sooner than they are about to be needed, as a Trino without
 * work takes a twentieth of a core. Applied to every class. A single integration test, or a few,
 * start what they need themselves.
 */
public final class ServersAhead implements BeforeAllCallback {

  /** After how many integration tests; those that need the shared servers run last. */
  private static final int SHARED_AFTER = 12;

  /** The test of these is called late by its name. */
  private static final int SPOOLING_AFTER = 20;

  private static final AtomicInteger CLASSES = new AtomicInteger();

  @Override
  public void beforeAll(ExtensionContext context) {
    if (!context.getRequiredTestClass().getSimpleName().endsWith("IT")) {
      return;
    }
    // One that does not start fails the first test that asks for it.
    switch (CLASSES.incrementAndGet()) {
      case SHARED_AFTER -> {
        var _ = Background.run(ServersAhead::startShared);
      }
      case SPOOLING_AFTER -> {
        var _ = Background.run(ServersAhead::startSpooling);
      }
      default -> {}
    }
  }

  private static void startShared() {
    SharedTrino.get();
    SharedTrino.second();
    SharedKeycloak.get();
  }

  private static void startSpooling() {
    for (Retrieval retrieval : Retrieval.values()) {
      var _ = SpoolingTrinos.get(retrieval);
    }
  }
}
