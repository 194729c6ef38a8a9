package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.password.PasswordProperties.TriesProperties;
import dev.passgate.testing.Poll;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitedPasswordVerifierTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final String ADDRESS = "10.0.0.1";
  private static final String GOOD = "good";

  private final FakeTime time = new FakeTime();
  private final Source source = new Source();
  private final LimitedPasswordVerifier verifier = verifier(10);

  /** Knows everybody under one password. */
  private final class Source implements PasswordSource {

    private final Queue<String> threads = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile long version = 1;

    @Override
    public Verdict check(String user, String password) {
      threads.add(Thread.currentThread().getName());
      try {
        assertThat(held.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return switch (password) {
        case GOOD -> new Identity("test", user, user, time.instant().plus(TTL));
        case "unmapped" -> Refusal.of(Reason.NO_USER, "no user", "test");
        case "down" -> Refusal.of(Reason.PROVIDER_UNAVAILABLE, "down", "test");
        case "bug" -> throw new IllegalStateException("a bug with " + password);
        default -> Refusal.of(Reason.BAD_PASSWORD, "wrong", "test");
      };
    }

    @Override
    public long version() {
      return version;
    }
  }

  private LimitedPasswordVerifier verifier(int queue) {
    return new LimitedPasswordVerifier(
        source,
        new PairDigests(new SecureRandom()),
        new VerifiedPairs(100, TTL, time),
        new FailedTries(new TriesProperties(3, 5, 8, Duration.ofMinutes(1)), time),
        1,
        queue,
        time.scheduler());
  }

  @AfterEach
  void close() {
    source.held.countDown();
    verifier.close();
  }

  private CompletableFuture<@Nullable Verdict> verify(String user, String password) {
    return verifier.verify(user, password, ADDRESS, Trail.NONE).toFuture();
  }

  /** The verdict, after whatever delay. */
  private Verdict verdict(CompletableFuture<@Nullable Verdict> verdict) throws Exception {
    Poll.until("the verdict", LIMIT, () -> verdict.isDone() || verifier.slowed() > 0);
    time.pass(Duration.ofSeconds(2));
    return Objects.requireNonNull(verdict.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  private Reason reason(CompletableFuture<@Nullable Verdict> verdict) throws Exception {
    return ((Refusal) verdict(verdict)).reason();
  }

  @Test
  void letsInWhoKnowsThePasswordAndHashesElsewhere() throws Exception {
    assertThat(verdict(verify("alice", GOOD)))
        .isEqualTo(new Identity("test", "alice", "alice", FakeTime.START.plus(TTL)));
    assertThat(source.threads)
        .singleElement()
        .asString()
        .startsWith("passwords-")
        .isNotEqualTo(Thread.currentThread().getName());
  }

  @Test
  void remembersAGoodPairForAWhile() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);
    }
    assertThat(source.threads).hasSize(1);

    time.pass(TTL);
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);
    assertThat(source.threads).hasSize(2);
  }

  @Test
  void remembersNoBadPair() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(reason(verify("alice", "bad"))).isEqualTo(Reason.BAD_PASSWORD);
    }
    assertThat(source.threads).hasSize(2);
  }

  @Test
  void forgetsPairsWhenTheSourceChanges() throws Exception {
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);
    source.version = 2;
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);

    assertThat(source.threads).hasSize(2);
  }

  @Test
  void doesNotTakeOnePairForAnother() throws Exception {
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);

    assertThat(reason(verify("alicegood", "x"))).isEqualTo(Reason.BAD_PASSWORD);
    assertThat(reason(verify("alice", "good "))).isEqualTo(Reason.BAD_PASSWORD);
    assertThat(source.threads).hasSize(3);
  }

  @Test
  void asksAnewWhereSomebodyWantsToKnowTheWay() throws Exception {
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);
    Queue<Check> passed = new ConcurrentLinkedQueue<>();

    assertThat(verdict(verifier.verify("alice", GOOD, ADDRESS, passed::add).toFuture()))
        .isInstanceOf(Identity.class);
    assertThat(passed).containsExactly(Check.TRIES, Check.PASSWORD, Check.USER);
    assertThat(source.threads).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "bad, BAD_PASSWORD, TRIES",
    "unmapped, NO_USER, TRIES PASSWORD",
    "down, PROVIDER_UNAVAILABLE, TRIES",
    "bug, INTERNAL_ERROR, TRIES"
  })
  void tellsWhichChecksWerePassed(String password, Reason reason, String checks) throws Exception {
    Queue<Check> passed = new ConcurrentLinkedQueue<>();

    assertThat(reason(verifier.verify("alice", password, ADDRESS, passed::add).toFuture()))
        .isEqualTo(reason);
    assertThat(passed.stream().map(Check::name)).containsExactly(checks.split(" ", -1));
  }

  @Test
  void slowsTheAnswerToAFailedTry() throws Exception {
    CompletableFuture<@Nullable Verdict> answer = verify("alice", "bad");
    Poll.until("the answer to be held back", LIMIT, () -> verifier.slowed() == 1);

    time.pass(Duration.ofMillis(99));
    assertThat(answer).isNotDone();
    time.pass(Duration.ofMillis(1));
    assertThat(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Refusal.class);
  }

  @Test
  void limitsFailedTriesWithoutAHash() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(reason(verify("alice", "bad" + i))).isEqualTo(Reason.BAD_PASSWORD);
    }

    assertThat(verdict(verify("alice", GOOD)))
        .isEqualTo(
            new Refusal(
                Reason.TOO_MANY_TRIES,
                "too many failed tries: wait, then try again",
                null,
                Duration.ofSeconds(54)));
    assertThat(source.threads).hasSize(3);
    time.pass(Duration.ofMinutes(1));
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);
  }

  @Test
  void neverLimitsAPairThatWasGoodAMomentAgo() throws Exception {
    assertThat(verdict(verify("alice", GOOD))).isInstanceOf(Identity.class);
    for (int i = 0; i < 3; i++) {
      assertThat(reason(verify("alice", "bad" + i))).isEqualTo(Reason.BAD_PASSWORD);
    }

    assertThat(reason(verify("alice", "bad"))).isEqualTo(Reason.TOO_MANY_TRIES);
    assertThat(verify("alice", GOOD)).isCompletedWithValueMatching(Identity.class::isInstance);
  }

  @Test
  void lookedAtAtTheSameTimeGuessesAreLimitedAllTheSame() throws Exception {
    source.held = new CountDownLatch(1);
    List<CompletableFuture<@Nullable Verdict>> guesses =
        IntStream.range(0, 10).mapToObj(i -> verify("alice", "bad" + i)).toList();
    source.held.countDown();

    for (CompletableFuture<@Nullable Verdict> guess : guesses) {
      assertThat(reason(guess)).isIn(Reason.BAD_PASSWORD, Reason.TOO_MANY_TRIES);
    }
    assertThat(source.threads).hasSize(3);
  }

  @Test
  void countsNothingThatIsNotAFailedTry() throws Exception {
    for (String password : List.of("down", "unmapped", "bug")) {
      for (int i = 0; i < 5; i++) {
        assertThat(reason(verify("alice", password))).isNotEqualTo(Reason.TOO_MANY_TRIES);
      }
    }
  }

  @Test
  void checksEqualRequestsOnce() throws Exception {
    source.held = new CountDownLatch(1);
    List<CompletableFuture<@Nullable Verdict>> equal =
        IntStream.range(0, 20).mapToObj(_ -> verify("alice", GOOD)).toList();
    source.held.countDown();

    for (CompletableFuture<@Nullable Verdict> one : equal) {
      assertThat(verdict(one)).isInstanceOf(Identity.class);
    }
    assertThat(source.threads).hasSize(1);
  }

  @Test
  void saysSoWhenThereIsTooMuchToDo() throws Exception {
    source.held = new CountDownLatch(1);
    AtomicInteger overloaded = new AtomicInteger();
    try (LimitedPasswordVerifier small = verifier(1)) {
      List<CompletableFuture<@Nullable Verdict>> all = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        all.add(small.verify("user" + i, GOOD, ADDRESS, Trail.NONE).toFuture());
      }
      source.held.countDown();
      for (CompletableFuture<@Nullable Verdict> one : all) {
        if (one.get(LIMIT.toSeconds(), TimeUnit.SECONDS) instanceof Refusal refusal) {
          assertThat(refusal.reason()).isEqualTo(Reason.OVERLOADED);
          overloaded.incrementAndGet();
        }
      }
    }
    assertThat(overloaded).hasValue(3);
  }

  @Test
  void waitsNoLongerThanPatienceLasts() throws Exception {
    source.held = new CountDownLatch(1);
    CompletableFuture<@Nullable Verdict> answer = verify("alice", GOOD);
    time.pass(Duration.ofSeconds(30));

    assertThat(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.OVERLOADED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0", "a\nb", "LONG"})
  void asksNobodyAboutWhatCannotBeAPassword(String text) throws Exception {
    String password = text.equals("LONG") ? "a".repeat(1025) : text;

    assertThat(reason(verify("alice", password))).isEqualTo(Reason.BAD_PASSWORD);
    assertThat(reason(verify(text.equals("LONG") ? "a".repeat(257) : text, GOOD)))
        .isEqualTo(Reason.BAD_PASSWORD);
    assertThat(source.threads).isEmpty();
  }

  @Test
  void tellsNothingOfWhatItRemembers() {
    PairDigests digests = new PairDigests(new SecureRandom());

    assertThat(digests.of("alice", GOOD)).hasToString("PairDigest[***]");
    assertThat(digests.of("alice", GOOD)).isEqualTo(digests.of("alice", GOOD));
    assertThat(digests.of("alice", GOOD))
        .isNotEqualTo(new PairDigests(new SecureRandom()).of("alice", GOOD));
  }
}
