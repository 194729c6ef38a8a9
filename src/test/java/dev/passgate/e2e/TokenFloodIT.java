package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Background;
import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Many tokens that strangers made up. They cost neither fetches nor memory: what is remembered of
 * them has a bound. The gateway runs in a JVM of its own, with a small heap.
 */
@BesideOthers
class TokenFloodIT {

  private static final int TOKENS = 10_000;
  private static final int CONNECTIONS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long MAX_GROWTH = 8L * 1024 * 1024;

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    gateway =
        GatewayProcess.start(
            Gateway.inFrontOf(origin.uri())
                .trust(issuer)
                .with("passgate.issuers.acme.keys.min-refetch-interval", "10m")
                // A line for each refusal is what an auditor wants, and not what is measured.
                .with("logging.level.passgate.audit", "OFF"),
            "-Xmx96m");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    origin.close();
    issuer.close();
  }

  private static String token(String kid, String issuerUri, int number) {
    byte[] signature = new byte[256];
    ThreadLocalRandom.current().nextBytes(signature);
    return CraftedToken.encode("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}")
        + "."
        + CraftedToken.encode(
            "{\"iss\":\""
                + issuerUri
                + "\",\"aud\":\"trino\",\"sub\":\"user-"
                + number
                + "\",\"exp\":"
                + Instant.now().plusSeconds(600).getEpochSecond()
                + "}")
        + "."
        + CraftedToken.encode(signature);
  }

  /** Sends them on several connections, on each one after the other; none may get in. */
  private static void flood(int count, IntFunction<String> tokens) {
    List<CompletableFuture<Void>> parts = new ArrayList<>();
    int part = count / CONNECTIONS;
    for (int i = 0; i < CONNECTIONS; i++) {
      int first = i * part;
      parts.add(Background.run(() -> flood(first, first + part, tokens)));
    }
    CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private static void flood(int from, int to, IntFunction<String> tokens) {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      for (int i = from; i < to; i++) {
        connection.send(
            GuardedOrigin.request("GET", "/v1/query", "Authorization: Bearer " + tokens.apply(i)));
        assertThat(connection.read().status()).isIn(401, 503);
      }
    }
  }

  private static void assertCostsNothing(IntFunction<String> tokens) {
    flood(1_000, tokens);
    int fetches = issuer.requests(Endpoint.JWKS);
    int discoveries = issuer.requests(Endpoint.DISCOVERY);
    long before = gateway.liveHeap();

    flood(TOKENS, tokens);

    assertThat(gateway.liveHeap() - before).isLessThan(MAX_GROWTH);
    assertThat(issuer.requests(Endpoint.JWKS)).isLessThanOrEqualTo(fetches + 1);
    assertThat(issuer.requests(Endpoint.DISCOVERY)).isLessThanOrEqualTo(discoveries + 1);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void randomKeyIdsCostNothing() {
    assertCostsNothing(
        i -> token("k" + i + "-" + ThreadLocalRandom.current().nextLong(), issuer.issuerUri(), i));
  }

  @Test
  void randomIssuersCostNothing() {
    assertCostsNothing(
        i -> token("a", "https://" + ThreadLocalRandom.current().nextLong() + ".example", i));
  }

  @Test
  void randomSignaturesCostNothing() {
    String kid = issuer.signingKey().getKeyID();
    assertCostsNothing(i -> token(kid, issuer.issuerUri(), i));
  }
}
