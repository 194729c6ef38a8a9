package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.keycloak.KeycloakServer;
import dev.passgate.testing.keycloak.SharedKeycloak;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of a real Keycloak, queries on a real Trino, and what happens to Keycloak meanwhile. */
@NeedsServers
class KeycloakIT {

  private static final int QUERIES_BEFORE = 3;
  private static final int QUERIES_AFTER = 10;

  private static KeycloakServer keycloak;
  private static Gateway gateway;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    keycloak = SharedKeycloak.get();
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri()).trust("keycloak", keycloak.issuerUri()).start();
    client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
  }

  private static StatementClient.Outcome query(String sql, String token) {
    return new StatementClient(client, gateway.uri())
        .run(sql, Map.of("Authorization", "Bearer " + token));
  }

  @Test
  void clientCredentialsTokenIsTheServiceAccount() {
    assertThat(query("select current_user", keycloak.token()).single())
        .isEqualTo("service-account-passgate-cli");
  }

  @Test
  void tokenOfPersonIsThatPerson() {
    assertThat(query("select current_user", keycloak.token("alice", "alice")).single())
        .isEqualTo("alice");
  }

  @Test
  void noQueryFailsWhileKeysRotate() throws Exception {
    // Each query with a token made just before, so with the new key as soon as there is one.
    assertThat(
            queriesDuring(
                () -> query("select current_user", keycloak.token("alice", "alice")),
                keycloak::rotateKeys))
        .allSatisfy(outcome -> assertThat(outcome.single()).isEqualTo("alice"));
  }

  @Test
  void noQueryFailsWhileKeycloakIsDown() throws Exception {
    String token = keycloak.token("alice", "alice");
    try {
      assertThat(
              queriesDuring(
                  () -> query("select count(*) from tpch.tiny.lineitem", token), keycloak::stop))
          .allSatisfy(outcome -> assertThat(outcome.single()).isEqualTo("60175"));
    } finally {
      keycloak.start();
    }
    assertThat(query("select current_user", keycloak.token("alice", "alice")).single())
        .isEqualTo("alice");
  }

  /** Runs queries one after the other, some before an event and some after it. */
  private static List<StatementClient.Outcome> queriesDuring(
      Supplier<StatementClient.Outcome> query, Runnable event) throws Exception {
    CountDownLatch begun = new CountDownLatch(QUERIES_BEFORE);
    AtomicBoolean happened = new AtomicBoolean();
    CompletableFuture<List<StatementClient.Outcome>> queries =
        CompletableFuture.supplyAsync(
            () -> {
              List<StatementClient.Outcome> outcomes = new ArrayList<>();
              for (int after = 0; after < QUERIES_AFTER; ) {
                boolean late = happened.get();
                outcomes.add(query.get());
                begun.countDown();
                after += late ? 1 : 0;
              }
              return outcomes;
            });
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    event.run();
    happened.set(true);
    List<StatementClient.Outcome> outcomes = queries.get(120, TimeUnit.SECONDS);
    assertThat(outcomes).hasSizeGreaterThanOrEqualTo(QUERIES_BEFORE + QUERIES_AFTER);
    return outcomes;
  }
}
