package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.Fault;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Opaque tokens, about which their issuers are asked. */
class IntrospectionIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_CONCURRENT = 4;

  private static LocalIssuer acme;
  private static LocalIssuer globex;
  private static RecordingOrigin origin;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    acme = LocalIssuer.start("acme");
    globex = LocalIssuer.start("globex");
    origin = RecordingOrigin.start();
    gateway =
        introspecting(introspecting(Gateway.inFrontOf(origin.uri()), acme), globex)
            .with("passgate.issuers.acme.introspection.max-concurrent", MAX_CONCURRENT)
            .with("passgate.issuers.acme.introspection.cache-ttl", "1s")
            .with("passgate.issuers.acme.introspection.timeout", "1s")
            .with("passgate.issuers.globex.introspection.token-prefix", "globex_")
            .with("passgate.issuers.globex.introspection.tokens", "all")
            .with("passgate.issuers.globex.introspection.cache-ttl", "1s")
            .start();
    // Until the endpoints are discovered.
    acme.activate("first", Map.of("preferred_username", "first"));
    globex.activate("globex_first", Map.of("preferred_username", "first"));
    Poll.until("acme to be asked", LIMIT, () -> post("first").status() == 200);
    Poll.until("globex to be asked", LIMIT, () -> post("globex_first").status() == 200);
  }

  private static Gateway.Builder introspecting(Gateway.Builder builder, LocalIssuer issuer) {
    String key = "passgate.issuers." + issuer.name() + ".introspection.";
    return builder
        .trust(issuer)
        .with(key + "client-id", "passgate")
        .with(key + "client-secret", "hunter2");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    origin.close();
    globex.close();
    acme.close();
  }

  @AfterEach
  void reset() {
    acme.heal();
    globex.heal();
    origin.reset();
  }

  private static RawResponse post(String token) {
    return RawHttp.exchange(gateway.uri(), Requests.post(token, "select 1"));
  }

  private static void assertUser(String user) {
    assertThat(origin.requests())
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.headers("X-Trino-User")).containsExactly(user);
              assertThat(request.headers("Authorization")).isEmpty();
            });
  }

  @Test
  void isWhoTheIssuerSaysAndNobodyAfterItWasTakenBack() {
    acme.activate("secret-of-alice", Map.of("preferred_username", "alice"));
    origin.reset();
    assertThat(post("secret-of-alice").status()).isEqualTo(200);
    assertUser("alice");

    acme.revoke("secret-of-alice");

    try (CapturedLog log = CapturedLog.open()) {
      Poll.until("the refusal", LIMIT, () -> post("secret-of-alice").status() == 401);
      Poll.until(
          "the audit",
          LIMIT,
          () ->
              log.of("passgate.audit").stream()
                  .anyMatch(line -> line.contains("\"INACTIVE_TOKEN\"")));
      assertThat(log.all())
          .noneMatch(line -> line.contains("secret-of-alice") || line.contains("hunter2"));
    }
    Requests.assertFailure(post("secret-of-alice"), 401);
  }

  @Test
  void takesBackAJwtWhereTheIssuerIsAskedAboutThoseToo() {
    String token = globex.token("bob").build();
    origin.reset();
    assertThat(post(token).status()).isEqualTo(200);
    assertUser("bob");

    globex.revoke(token);

    Poll.until("the refusal", LIMIT, () -> post(token).status() == 401);
  }

  @Test
  void asksTheOtherIssuerAboutNoneOfThem() {
    String jwt = globex.token("bob").build();
    post("globex_1");
    post(jwt);
    post(jwt + "!");
    post(jwt.substring(0, jwt.length() - 10));
    post("of-acme");

    assertThat(acme.introspections())
        .extracting(request -> request.form().get("token"))
        .noneMatch(token -> token.startsWith("globex_") || token.startsWith("eyJ"));
    assertThat(globex.introspections())
        .extracting(request -> request.form().get("token"))
        .contains("globex_1", jwt)
        .doesNotContain("of-acme");
  }

  @Test
  void isUnavailableWhileTheIssuerIsAndRecovers() {
    acme.activate("carol", Map.of("preferred_username", "carol"));
    int number = 0;
    for (Fault fault :
        List.of(
            new Fault.Status(500),
            new Fault.Status(401),
            new Fault.Body("<html>"),
            new Fault.Hang(),
            new Fault.Disconnect())) {
      acme.fail(Endpoint.INTROSPECTION, fault);
      Requests.assertPassing(post("down-" + number++), 503);
    }
    assertThat(origin.requests()).isEmpty();

    acme.heal();

    assertThat(post("carol").status()).isEqualTo(200);
  }

  @Test
  void asksAboutNoMoreThanSoManyAtATime() {
    acme.fail(Endpoint.INTROSPECTION, new Fault.Hang());
    int before = acme.requests(Endpoint.INTROSPECTION);
    List<RawHttp> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_CONCURRENT; i++) {
        waiting.add(RawHttp.connect(gateway.uri()).send(Requests.post("held-" + i, "select 1")));
      }
      Poll.until(
          "the questions",
          LIMIT,
          () -> acme.requests(Endpoint.INTROSPECTION) == before + MAX_CONCURRENT);

      for (RawHttp one : waiting) {
        Requests.assertPassing(one.read(), 503);
      }
    } finally {
      waiting.forEach(RawHttp::close);
    }
  }

  @Test
  void sendsNobodysTokenOn() {
    acme.activate("dave-token", Map.of("preferred_username", "dave"));
    origin.reset();
    assertThat(post("dave-token").status()).isEqualTo(200);

    assertThat(origin.requests().getFirst().head()).doesNotContain("dave-token");
  }
}
