package dev.passgate.identity.password;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Verifies passwords as often as it can be borne.
 *
 * <p>From cheap to dear: whether the pair was right a moment ago, which nothing of the rest can
 * hinder; whether there were too many failed tries; then the hash or the directory, on other
 * threads, together with those who ask the same; and the answer to a failed try comes late.
 */
final class LimitedPasswordVerifier implements PasswordVerifier, AutoCloseable {

  /** The longest password that is looked at, in characters. */
  static final int MAX_PASSWORD_LENGTH = 1024;

  private static final Logger log = LoggerFactory.getLogger(LimitedPasswordVerifier.class);

  private static final int MAX_SLOWED = 1000;

  /** The longest that anybody waits for a thread and for its work. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Equal requests: the address too, as it may be at its limit. */
  private record Same(PairDigest pair, String address) {}

  private record Outcome(Verdict verdict, Duration delay) {}

  private final PasswordSource source;
  private final PairDigests digests;
  private final VerifiedPairs pairs;
  private final FailedTries tries;
  private final PasswordChecks<Same, Outcome> checks;
  private final SlowedAnswers slowed;
  private final Scheduler scheduler;

  /**
   * @param threads how many passwords are checked at once
   * @param queue how many wait for that
   * @param scheduler where answers go on from, after their delay
   */
  LimitedPasswordVerifier(
      PasswordSource source,
      PairDigests digests,
      VerifiedPairs pairs,
      FailedTries tries,
      int threads,
      int queue,
      Scheduler scheduler) {
    this.source = source;
    this.digests = digests;
    this.pairs = pairs;
    this.tries = tries;
    this.checks = new PasswordChecks<>(threads, queue);
    this.slowed = new SlowedAnswers(MAX_SLOWED, scheduler);
    this.scheduler = scheduler;
  }

  /** One with the limits that are configured. */
  static LimitedPasswordVerifier of(
      PasswordSource source,
      PasswordProperties properties,
      InstantSource clock,
      Scheduler scheduler) {
    return new LimitedPasswordVerifier(
        source,
        new PairDigests(new SecureRandom()),
        new VerifiedPairs(properties.cache().maxEntries(), properties.cache().ttl(), clock),
        new FailedTries(properties.tries(), clock),
        properties.threadsToUse(),
        properties.queue(),
        scheduler);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // which trail it is, not what it is like
  public Mono<Verdict> verify(String user, String password, String address, Trail trail) {
    if (!isPossible(user, password)) {
      return refuseImpossible(Client.of(user, address), trail);
    }
    PairDigest digest = digests.of(user, password);
    if (trail == Trail.NONE) {
      Identity known = pairs.get(digest, source.version());
      if (known != null) {
        return Mono.just(known);
      }
    }
    Client client = Client.of(user, address);
    return Mono.defer(() -> check(client, new Same(digest, address), user, password, trail))
        .onErrorResume(failure -> Mono.just(refusal(failure)));
  }

  @Override
  public @Nullable Identity known(String user, String password) {
    return isPossible(user, password)
        ? pairs.get(digests.of(user, password), source.version())
        : null;
  }

  private Mono<Verdict> check(Client client, Same same, String user, String password, Trail trail) {
    Duration wait = tries.untilAllowed(client);
    if (wait.isPositive()) {
      return Mono.just(tooMany(wait));
    }
    trail.passed(Check.TRIES);
    return checks
        .check(same, () -> decide(client, same.pair(), user, password))
        .timeout(PATIENCE, Mono.error(() -> new RejectedExecutionException("too slow")), scheduler)
        .publishOn(scheduler)
        .doOnNext(outcome -> tell(outcome.verdict(), trail))
        .flatMap(outcome -> slowed.after(outcome.delay(), outcome.verdict()));
  }

  /** Blocks, and runs where that does no harm. */
  private Outcome decide(Client client, PairDigest digest, String user, String password) {
    // Again, as others that were let through at the same time may have failed meanwhile.
    Duration wait = tries.untilAllowed(client);
    if (wait.isPositive()) {
      return new Outcome(tooMany(wait), Duration.ZERO);
    }
    long version = source.version();
    Verdict verdict = source.check(user, password);
    return switch (verdict) {
      case Identity identity -> {
        tries.succeeded(client);
        pairs.put(digest, identity, version);
        yield new Outcome(identity, Duration.ZERO);
      }
      case Refusal refusal ->
          new Outcome(
              refusal,
              refusal.reason() == Reason.BAD_PASSWORD ? tries.failed(client) : Duration.ZERO);
    };
  }

  private static void tell(Verdict verdict, Trail trail) {
    switch (verdict) {
      case Identity _ -> {
        trail.passed(Check.PASSWORD);
        trail.passed(Check.USER);
      }
      case Refusal refusal -> {
        if (refusal.reason() == Reason.NO_USER) {
          trail.passed(Check.PASSWORD);
        }
      }
    }
  }

  /**
   * Neither a file nor a directory is asked about what would end a name or a password early in
   * somebody's hands, about none (RFC 4513, section 5.1.2), and about what is very long.
   */
  private static boolean isPossible(String user, String password) {
    return !user.isEmpty()
        && !password.isEmpty()
        && user.length() <= Client.MAX_NAME_LENGTH
        && password.length() <= MAX_PASSWORD_LENGTH
        && user.chars().noneMatch(Character::isISOControl)
        && password.chars().noneMatch(Character::isISOControl);
  }

  private Mono<Verdict> refuseImpossible(Client client, Trail trail) {
    return Mono.defer(
        () -> {
          Duration wait = tries.untilAllowed(client);
          if (wait.isPositive()) {
            return Mono.just(tooMany(wait));
          }
          trail.passed(Check.TRIES);
          return slowed.after(
              tries.failed(client),
              Refusal.of(Reason.BAD_PASSWORD, "the user or the password is wrong"));
        });
  }

  private static Refusal tooMany(Duration wait) {
    return new Refusal(
        Reason.TOO_MANY_TRIES, "too many failed tries: wait, then try again", null, wait);
  }

  private static Refusal refusal(Throwable failure) {
    if (failure instanceof RejectedExecutionException) {
      return Refusal.of(Reason.OVERLOADED, "too many passwords are being checked: try again");
    }
    log.atError()
        .addKeyValue("cause", failure.getClass().getName())
        .log("A password could not be checked, and is refused");
    return Refusal.of(Reason.INTERNAL_ERROR, "the password could not be checked");
  }

  /** How many answers are held back. */
  int slowed() {
    return slowed.size();
  }

  @Override
  public void close() {
    checks.close();
  }
}
