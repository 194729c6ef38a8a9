package dev.passgate.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for something to become true, never longer than said. */
public final class Poll {

  private static final Duration INTERVAL = Duration.ofMillis(100);

  private Poll() {}

  /**
   * Asks until the answer is yes. An exception counts as no.
   *
   * @param what completes "waited 10 s for ..."
   * @param detail what else the message should say, asked for only when the time is up
   */
  public static void until(
      String what, Duration limit, Callable<Boolean> question, Supplier<String> detail) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    do {
      try {
        if (question.call()) {
          return;
        }
        last = null;
      } catch (GivenUp e) {
        throw e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      } catch (Exception e) {
        last = e;
      }
      pause(what);
    } while (System.nanoTime() < end);
    throw new IllegalStateException(
        "waited " + limit.toSeconds() + " s for " + what + "; " + detail.get(), last);
  }

  /** As above, with nothing more to say. */
  public static void until(String what, Duration limit, Callable<Boolean> question) {
    until(what, limit, question, () -> "it did not come");
  }

  private static void pause(String what) {
    try {
      Thread.sleep(INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + what, e);
    }
  }

  /** Thrown by a question when waiting longer is of no use. */
  public static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1;

    public GivenUp(String message) {
      super(message);
    }
  }
}
