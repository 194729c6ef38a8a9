package dev.passgate.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.identity.password.PasswordProperties.TriesProperties;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Counts failed tries, slows those that follow, and says when there were too many.
 *
 * <p>The limit per user holds for one address, so that a stranger cannot lock out somebody whose
 * name he knows. The one over all addresses, for guesses from many, does not hold for an address
 * from which the user got in lately. Thread-safe.
 */
final class FailedTries {

  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);
  private static final Duration FAMILIAR = Duration.ofHours(12);

  private final FailureCounts<Client> byClient;
  private final FailureCounts<String> byAddress;
  private final FailureCounts<String> byUser;
  private final Cache<Client, Boolean> familiar;

  FailedTries(TriesProperties limits, InstantSource clock) {
    this.byClient = new FailureCounts<>(limits.perUser(), limits.window(), clock);
    this.byAddress = new FailureCounts<>(limits.perAddress(), limits.window(), clock);
    this.byUser = new FailureCounts<>(limits.perUserOverall(), limits.window(), clock);
    this.familiar =
        Caffeine.newBuilder()
            .maximumSize(FailureCounts.MAX_ENTRIES)
            .expireAfterWrite(FAMILIAR)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /** How long a client has to wait before it may try again; zero where it may now. */
  Duration untilAllowed(Client client) {
    return Stream.of(
            byClient.untilAllowed(client),
            byAddress.untilAllowed(client.address()),
            familiar.getIfPresent(client) == null
                ? byUser.untilAllowed(client.user())
                : Duration.ZERO)
        .max(Duration::compareTo)
        .orElseThrow();
  }

  /** Counts a failed try, and tells by how much its answer is to be delayed. */
  Duration failed(Client client) {
    int inARow = Math.max(byClient.add(client), byAddress.add(client.address()));
    var _ = byUser.add(client.user());
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(inARow - 1, 20));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }

  /**
   * Takes note of a password that was right. The address's failures still count: otherwise anybody
   * with a password of his own could go on guessing others'.
   */
  void succeeded(Client client) {
    byClient.clear(client);
    byAddress.interrupt(client.address());
    familiar.put(client, true);
  }
}
