package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens that ended while what they began goes on. */
class LateTokenTest {

  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource().has(FIRST);
  private final TokenCache cache = new TokenCache(100, time);
  private final TokenCache late = new TokenCache(100, time, FakeTime.EXPIRY_GRACE);
  private final JwtTokenVerifier verifier =
      new JwtTokenVerifier(
          IssuerRegistry.of(
              List.of(Fixtures.settings()), one -> source, () -> {}, time.surroundings()),
          cache,
          late,
          64 * 1024);
  private final String token = Token.good().signedBy(FIRST);

  @Test
  void goOnForTheGrace() {
    assertIdentity(verifyLate(token));
    passUntilEnd();
    assertRefused(verify(token), Reason.EXPIRED);
    assertIdentity(verifyLate(token));
    time.pass(FakeTime.EXPIRY_GRACE.minusSeconds(1));
    assertIdentity(verifyLate(token));
    time.pass(Duration.ofSeconds(1));
    assertRefused(verifyLate(token), Reason.EXPIRED);
  }

  @Test
  void beginNothing() {
    passUntilEnd();
    // The first one has to wait for keys, and is not remembered.
    assertIdentity(verifyLate(token));
    assertIdentity(verifyLate(token));

    assertRefused(verify(token), Reason.EXPIRED);
    assertThat(cache.size()).isZero();
    assertThat(late.size()).isEqualTo(1);
  }

  @Test
  void mustBeGoodOtherwise() {
    passUntilEnd();

    assertRefused(verifyLate(Token.good().signedBy(STRANGER)), Reason.BAD_SIGNATURE);
    assertRefused(
        verifyLate(
            Token.good().withClaim("\"aud\":\"trino\"", "\"aud\":\"other\"").signedBy(FIRST)),
        Reason.AUDIENCE_MISMATCH);
  }

  @Test
  void haveNoGraceByDefault() {
    JwtTokenVerifier strict =
        new JwtTokenVerifier(
            IssuerRegistry.of(
                List.of(Fixtures.settings()), one -> source, () -> {}, time.surroundings()),
            cache,
            64 * 1024);
    passUntilEnd();

    assertRefused(
        strict.verifyLate(token, Trail.NONE).blockOptional(LIMIT).orElseThrow(), Reason.EXPIRED);
  }

  private void passUntilEnd() {
    time.pass(Duration.between(time.instant(), Token.EXPIRY).plus(SKEW));
  }

  private Verdict verify(String text) {
    return verifier.verify(text, Trail.NONE).blockOptional(LIMIT).orElseThrow();
  }

  private Verdict verifyLate(String text) {
    return verifier.verifyLate(text, Trail.NONE).blockOptional(LIMIT).orElseThrow();
  }

  private static void assertIdentity(Verdict verdict) {
    assertThat(verdict).isEqualTo(new Identity("acme", "alice", "s-1", Token.EXPIRY));
  }

  private static void assertRefused(Verdict verdict, Reason reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }
}
