package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.KEYS;
import static dev.passgate.identity.issuer.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** An issuer over a real socket, from the first fetch to the last. */
class IssuerRegistryTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final FakeTime time = new FakeTime();
  private final KeyServer server = new KeyServer();
  private final HttpDocumentFetcher fetcher = new HttpDocumentFetcher();
  private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final IssuerSettings settings =
      Fixtures.settings(
          "acme", Fixtures.ISSUER, server.uri("/keys"), Set.of(JWSAlgorithm.RS256), KEYS);
  private final IssuerRegistry registry =
      IssuerRegistry.of(
          List.of(settings),
          one -> new ProviderKeySource(one, fetcher),
          fetcher::close,
          time.surroundings((issuer, outcome) -> events.add(issuer + " " + outcome)));
  private final JwtTokenVerifier verifier =
      new JwtTokenVerifier(registry, new TokenCache(100, time), 64 * 1024);

  @AfterEach
  void close() {
    registry.close();
    server.close();
  }

  private void start(String event) throws InterruptedException {
    registry.start();
    awaitEvent(event);
  }

  private void awaitEvent(String event) throws InterruptedException {
    assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(event);
  }

  private Verdict verify(RSAKey key) {
    String token = Token.good(key.getKeyID()).signedBy(key);
    return verifier.verify(token, Trail.NONE).blockOptional(LIMIT).orElseThrow();
  }

  private void assertAccepted(RSAKey key) {
    assertThat(verify(key)).isInstanceOf(Identity.class);
  }

  private void assertRefused(RSAKey key, Reason reason) {
    assertThat(verify(key))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  @Test
  void verifiesWithoutAskingAgain() throws InterruptedException {
    server.on("/keys", KeyServer.keys(FIRST));
    start("acme SUCCESS");

    assertAccepted(FIRST);
    assertAccepted(FIRST);
    assertThat(server.requests()).hasSize(1);
    assertThat(registry.issuers())
        .singleElement()
        .satisfies(
            issuer -> {
              assertThat(issuer.name()).isEqualTo("acme");
              assertThat(issuer.issuerUri()).isEqualTo(Fixtures.ISSUER);
              assertThat(issuer.keysAge()).isZero();
              assertThat(issuer.tokenUri()).isNull();
            });
  }

  @Test
  void startsWhileProviderIsDownAndRecovers() throws InterruptedException {
    server.on("/keys", KeyServer.status(500));
    start("acme FAILURE");
    assertRefused(FIRST, Reason.KEYS_UNAVAILABLE);

    server.on("/keys", KeyServer.keys(FIRST));
    time.pass(KEYS.minRefetchInterval());
    awaitEvent("acme SUCCESS");
    assertAccepted(FIRST);
  }

  @Test
  void takesRotatedKeysAndDropsWithdrawnOnes() throws InterruptedException {
    server.on("/keys", KeyServer.keys(FIRST));
    start("acme SUCCESS");
    assertAccepted(FIRST);

    server.on("/keys", KeyServer.keys(FIRST, SECOND));
    time.pass(KEYS.minRefetchInterval());
    assertAccepted(SECOND);
    assertAccepted(FIRST);
    awaitEvent("acme SUCCESS");

    server.on("/keys", KeyServer.keys(SECOND));
    time.pass(KEYS.refreshInterval().minus(KEYS.minRefetchInterval()));
    awaitEvent("acme SUCCESS");
    time.pass(KEYS.minRefetchInterval());
    assertRefused(FIRST, Reason.UNKNOWN_KEY);
  }

  @Test
  void verifiesKnownKeysWhileProviderIsDown() throws InterruptedException {
    server.on("/keys", KeyServer.keys(FIRST));
    start("acme SUCCESS");
    server.close();
    time.pass(KEYS.minRefetchInterval());

    assertRefused(SECOND, Reason.KEYS_UNAVAILABLE);
    assertAccepted(FIRST);
  }

  @Test
  void asksOnceForAHundredUnknownKeys() throws InterruptedException {
    server.on("/keys", KeyServer.keys(FIRST));
    start("acme SUCCESS");
    time.pass(KEYS.minRefetchInterval());

    List<Verdict> verdicts =
        Flux.range(0, 100)
            .flatMap(
                i -> verifier.verify(Token.good("random-" + i).signedBy(FIRST), Trail.NONE), 100)
            .collectList()
            .blockOptional(LIMIT)
            .orElseThrow();

    assertThat(verdicts)
        .hasSize(100)
        .allSatisfy(
            verdict ->
                assertThat(((Refusal) verdict).reason())
                    .isIn(Reason.UNKNOWN_KEY, Reason.KEYS_UNAVAILABLE));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void answersThoseWhoWaitForAnIssuerThatHasGone() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    server.on(
        "/keys",
        exchange -> {
          ended.await();
          KeyServer.keys(FIRST).to(exchange);
        });
    registry.start();
    CompletableFuture<@Nullable Verdict> waiting =
        verifier.verify(Token.good(FIRST.getKeyID()).signedBy(FIRST), Trail.NONE).toFuture();

    List<TrustedIssuer> before = registry.trusted();
    registry.replace(List.of());
    registry.end(before);
    assertThat(waiting).isNotDone();
    ended.countDown();

    assertThat(waiting.get(20, TimeUnit.SECONDS)).isInstanceOf(Identity.class);
  }

  @Test
  void stopsAskingWhenClosed() throws InterruptedException {
    server.on("/keys", KeyServer.keys(FIRST));
    start("acme SUCCESS");
    registry.close();
    time.pass(Duration.ofHours(1));

    assertThat(server.requests()).hasSize(1);
  }
}
