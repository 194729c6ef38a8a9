package dev.passgate.identity.password;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A clock and a scheduler that go on only when told to. */
final class FakeTime implements InstantSource {

  static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

  Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public Instant instant() {
    return START.plusMillis(scheduler.now(TimeUnit.MILLISECONDS));
  }

  void pass(Duration duration) {
    scheduler.advanceTimeBy(duration);
  }
}
