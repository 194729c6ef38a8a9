package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertPassing;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.Fault;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Identity providers that are down, broken, slow or asked for nonsense. */
@MostlyWaits
class IssuerFailureIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration MIN_REFETCH = Duration.ofSeconds(1);

  /** Issuers that are broken when the gateway starts, by how they are. */
  private static final Map<String, Broken> BROKEN =
      Map.of(
          "keys-500", new Broken(Endpoint.JWKS, new Fault.Status(500)),
          "keys-404", new Broken(Endpoint.JWKS, new Fault.Status(404)),
          "keys-hang", new Broken(Endpoint.JWKS, new Fault.Hang()),
          "keys-cut", new Broken(Endpoint.JWKS, new Fault.Disconnect()),
          "keys-text", new Broken(Endpoint.JWKS, new Fault.Body("<html>sign in</html>")),
          "keys-none", new Broken(Endpoint.JWKS, new Fault.Body("{\"keys\":[]}")),
          "keys-huge",
              new Broken(Endpoint.JWKS, new Fault.Body("{\"keys\":[" + " ".repeat(2 << 20) + "]}")),
          "discovery-500", new Broken(Endpoint.DISCOVERY, new Fault.Status(500)),
          "discovery-hang", new Broken(Endpoint.DISCOVERY, new Fault.Hang()),
          "discovery-other", new Broken(Endpoint.DISCOVERY, new Fault.Body("{\"issuer\":\"x\"}")));

  private static final List<String> WHOLE =
      List.of("redirected", "leaving", "rotating", "crowded", "flooded", "quiet");

  private record Broken(Endpoint endpoint, Fault fault) {}

  private static final Map<String, LocalIssuer> issuers = new LinkedHashMap<>();
  private static RecordingOrigin origin;
  private static RecordingOrigin redirecting;
  private static Gateway gateway;
  private static int absentPort;

  @BeforeAll
  static void start() {
    origin = RecordingOrigin.start();
    redirecting = RecordingOrigin.start();
    absentPort = LoopbackPort.free();
    Gateway.Builder builder =
        Gateway.inFrontOf(origin.uri())
            .trust("absent", "http://127.0.0.1:" + absentPort + "/absent");
    startIssuers();
    issuers.values().forEach(builder::trust);
    redirecting.respondWith(
        _ -> OriginResponse.of(302, "", "Location: " + issuer("redirected").jwkSetUri()));
    builder.with("passgate.issuers.redirected.jwk-set-uri", redirecting.uri() + "/keys");
    List<String> names = new ArrayList<>(issuers.keySet());
    names.add("absent");
    for (String name : names) {
      builder.with("passgate.issuers." + name + ".algorithms", "RS256,ES256");
      String keys = "passgate.issuers." + name + ".keys.";
      builder.with(keys + "min-refetch-interval", MIN_REFETCH);
      builder.with(keys + "fetch-timeout", "1s");
    }
    gateway = builder.start();
  }

  private static void startIssuers() {
    // To make an RSA key takes long: they begin with the same one.
    LocalIssuer owner = LocalIssuer.start(WHOLE.getFirst());
    issuers.put(owner.name(), owner);
    for (String name : WHOLE.subList(1, WHOLE.size())) {
      issuers.put(name, LocalIssuer.startWithKeyOf(owner, name));
    }
    BROKEN.forEach(
        (name, broken) -> {
          LocalIssuer issuer = LocalIssuer.startWithKeyOf(owner, name);
          issuer.fail(broken.endpoint(), broken.fault());
          issuers.put(name, issuer);
        });
  }

  private static LocalIssuer issuer(String name) {
    return Objects.requireNonNull(issuers.get(name), name);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    issuers.values().forEach(LocalIssuer::close);
    origin.close();
    redirecting.close();
  }

  @AfterEach
  void reset() {
    origin.reset();
  }

  private static RawResponse post(String token) {
    return RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1"));
  }

  private static void awaitAccepted(String token) {
    awaitAccepted("the token", token);
  }

  private static void awaitAccepted(String what, String token) {
    Poll.until(
        what + " to be accepted",
        LIMIT,
        () -> {
          RawResponse response = post(token);
          // What Trino's clients do not come back after would end their query.
          assertThat(response.status()).as(response.text()).isIn(200, 503);
          return response.status() == 200;
        });
  }

  private static JWK strangeKey(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void isUnavailableUntilTheProviderRecovers() {
    Map<String, String> tokens = new TreeMap<>();
    BROKEN.keySet().forEach(name -> tokens.put(name, issuer(name).token("alice").build()));

    tokens.forEach(
        (name, token) -> {
          RawResponse response = post(token);
          assertThat(response.status()).as(name).isEqualTo(503);
          assertPassing(response, 503);
        });
    assertThat(origin.requests()).isEmpty();

    // All at once, as the gateway takes its time to ask each again.
    tokens.keySet().forEach(name -> issuer(name).heal());
    tokens.forEach((name, token) -> awaitAccepted("the token of " + name, token));
  }

  @Test
  void startsWithoutItsProviderAndServesWhenThereIsOne() {
    try (LocalIssuer other = LocalIssuer.start("absent")) {
      String token =
          other.token("alice").claim("iss", "http://127.0.0.1:" + absentPort + "/absent").build();
      assertPassing(post(token), 503);
    }
    try (LocalIssuer present = LocalIssuer.start("absent", absentPort)) {
      awaitAccepted(present.token("alice").build());
    }
  }

  @Test
  void followsNoRedirectToKeys() {
    LocalIssuer issuer = issuer("redirected");
    assertPassing(post(issuer.token("alice").build()), 503);

    assertThat(redirecting.awaitRequests(1, LIMIT)).isNotEmpty();
    assertThat(issuer.requests(Endpoint.JWKS)).isZero();
  }

  @Test
  void goesOnWithTheKeysThatItKnowsWhenTheProviderIsGone() {
    LocalIssuer issuer = issuer("leaving");
    awaitAccepted(issuer.token("alice").build());
    JWK known = issuer.signingKey();
    issuer.close();

    assertThat(post(issuer.token("bob").build()).status()).isEqualTo(200);
    issuer.rotateToEllipticKey();
    assertPassing(post(issuer.token("alice").build()), 503);
    assertThat(post(issuer.token("carol").signWith(known).build()).status()).isEqualTo(200);
  }

  @Test
  void takesUpNewKeysAndDropsOldOnes() {
    LocalIssuer issuer = issuer("rotating");
    String old = issuer.token("alice").build();
    awaitAccepted(old);

    issuer.rotateToEllipticKey();
    awaitAccepted(issuer.token("alice").build());
    assertThat(post(old).status()).isEqualTo(200);

    issuer.rotateToEllipticKey();
    issuer.withdrawOlderKeys();
    awaitAccepted(issuer.token("alice").build());
    // Its key is unknown now, so the issuer is asked, as soon as it may be.
    Poll.until("the end of the old key", LIMIT, () -> post(old).status() == 401);
  }

  @Test
  void asksOnceForANewKeyThatManyTokensName() throws Exception {
    LocalIssuer issuer = issuer("crowded");
    awaitAccepted(issuer.token("alice").build());
    int before = issuer.requests(Endpoint.JWKS);
    issuer.rotateToEllipticKey();
    issuer.fail(Endpoint.JWKS, new Fault.Delay(Duration.ofMillis(300)));

    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String token = issuer.token("user" + i).build();
        all.add(clients.submit(() -> awaitAccepted(token)));
      }
      for (Future<?> one : all) {
        one.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
    assertThat(issuer.requests(Endpoint.JWKS)).isEqualTo(before + 1);
    issuer.heal();
  }

  @Test
  void isNoToolAgainstTheProvider() {
    LocalIssuer issuer = issuer("flooded");
    awaitAccepted(issuer.token("alice").build());
    ECKey key = strangeKey("k").toECKey();
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tokens.add(
          issuer
              .token("mallory")
              .signWith(new ECKey.Builder(key).keyID("strange-" + i).build())
              .build());
    }
    int before = issuer.requests(Endpoint.JWKS);
    long begin = System.nanoTime();

    for (String token : tokens) {
      assertThat(post(token).status()).isIn(401, 503);
    }

    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(issuer.requests(Endpoint.JWKS) - before)
        .isLessThanOrEqualTo((int) elapsed.dividedBy(MIN_REFETCH) + 1);
    assertThat(origin.requests()).noneMatch(r -> r.headers("X-Trino-User").contains("mallory"));
    // Nor one against those who have a right to come in.
    assertThat(post(issuer.token("alice").build()).status()).isEqualTo(200);
    issuer.rotateToEllipticKey();
    awaitAccepted(issuer.token("alice").build());
  }

  @Test
  void asksTheProviderNothingForATokenThatIsHopeless() {
    LocalIssuer issuer = issuer("quiet");
    awaitAccepted(issuer.token("alice").build());
    JWK strange = strangeKey("strange");
    int before = issuer.requests(Endpoint.JWKS) + issuer.requests(Endpoint.DISCOVERY);

    List<String> hopeless =
        List.of(
            issuer.token("a").signWith(strange).expiresIn(Duration.ofHours(-1)).build(),
            issuer.token("a").signWith(strange).notBefore(Duration.ofHours(1)).build(),
            issuer.token("a").signWith(strange).audience("other").build(),
            issuer.token("a").signWith(strange).claim("aud", null).build(),
            issuer.token("a").signWith(strange).claim("exp", null).build(),
            issuer.token("a").signWith(strange).claim("iss", issuer.issuerUri() + "/").build(),
            issuer.token("a").signWith(strange).claim("iss", "http://127.0.0.1:1/x").build(),
            issuer.token("a").signWith(strange).header("typ", "secevent+jwt").build(),
            issuer
                .token("a")
                .signWith(strange)
                .claim("iss", "http://127.0.0.1:1/x")
                .header("jku", issuer.jwkSetUri().toString())
                .build(),
            issuer.token("a").signWith(strange).buildUnsigned());
    for (String token : hopeless) {
      RawResponse response = post(token);
      assertThat(response.status()).as(response.text()).isEqualTo(401);
    }

    assertThat(issuer.requests(Endpoint.JWKS) + issuer.requests(Endpoint.DISCOVERY))
        .isEqualTo(before);
  }
}
