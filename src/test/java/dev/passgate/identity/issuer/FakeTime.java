package dev.passgate.identity.issuer;

import dev.passgate.identity.introspection.Introspection;
import dev.passgate.identity.introspection.IntrospectionEndpoint;
import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.identity.mapping.UserNamespaces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A clock and a scheduler that go on only when told to. */
final class FakeTime implements InstantSource {

  static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  static final Duration EXPIRY_GRACE = Duration.ofMinutes(10);

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

  TrustedIssuer.Surroundings surroundings(IntrospectionEndpoint endpoint) {
    return new TrustedIssuer.Surroundings(
        this,
        scheduler,
        () -> 0.5,
        IssuerEvents.NONE,
        UserNamespaces.NONE,
        KeptClaims.NONE,
        endpoint,
        EXPIRY_GRACE);
  }

  TrustedIssuer.Surroundings surroundings(IssuerEvents events) {
    return new TrustedIssuer.Surroundings(
        this,
        scheduler,
        () -> 0.5,
        events,
        UserNamespaces.NONE,
        KeptClaims.NONE,
        (uri, client, token) -> Mono.just(new Introspection.Inactive()),
        EXPIRY_GRACE);
  }

  TrustedIssuer.Surroundings surroundings() {
    return surroundings(IssuerEvents.NONE);
  }
}
