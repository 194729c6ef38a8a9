package dev.passgate.shutdown;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the service to clients before anything that serves them ends. The gateway has said by then
 * that it is not ready, as Spring Boot does first of all; the management listener answers on until
 * this is over.
 *
 * <p>Takes its time in the thread that closes the application, so that Spring's limit of a phase
 * has nothing to say in it.
 */
final class Shutdown implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** For what is cut to go away; nothing holds it up but what a client does not take. */
  private static final Duration CUT_TIME = Duration.ofSeconds(1);

  private final ShutdownProperties times;
  private final Draining draining;
  private volatile boolean running;

  Shutdown(ShutdownProperties times, Draining draining) {
    this.times = times;
    this.draining = draining;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    long start = System.nanoTime();
    draining.begin();
    log.atInfo()
        .addKeyValue("connections", draining.open())
        .addKeyValue("requests", draining.running())
        .addKeyValue("delay", seconds(times.delay()))
        .addKeyValue("timeout", seconds(times.timeout()))
        .log("Shutting down: connections are taken for the delay, and requests end in the timeout");
    try {
      drain();
    } catch (InterruptedException _) {
      // Somebody is in a hurry. The thread is to close the rest of the application none the less.
      draining.cut();
    }
    log.atInfo()
        .addKeyValue("seconds", seconds(Duration.ofNanos(System.nanoTime() - start)))
        .addKeyValue("answered", draining.answered())
        .addKeyValue("cut", draining.cutExchanges())
        .log("The service to clients has ended");
  }

  private void drain() throws InterruptedException {
    Thread.sleep(times.delay());
    draining.end();
    if (draining.awaitEnd(times.timeout().toNanos())) {
      return;
    }
    log.atWarn()
        .addKeyValue("connections", draining.open())
        .addKeyValue("requests", draining.running())
        .log("Requests are cut, as passgate.shutdown.timeout is over");
    draining.cut();
    var _ = draining.awaitEnd(CUT_TIME.toNanos());
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before all else, and started last. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
