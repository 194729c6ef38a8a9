package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ProviderKeySourceTest {

  private static final String OIDC = "/realms/main/.well-known/openid-configuration";
  private static final String RFC_8414 = "/.well-known/oauth-authorization-server/realms/main";

  private final KeyServer server = new KeyServer();
  private final HttpDocumentFetcher fetcher = new HttpDocumentFetcher();

  @AfterEach
  void close() {
    fetcher.close();
    server.close();
  }

  private ProviderKeySource source(String issuerUri, @Nullable URI jwkSetUri) {
    return new ProviderKeySource(
        Fixtures.settings("acme", issuerUri, jwkSetUri, Set.of(JWSAlgorithm.RS256), Fixtures.KEYS),
        fetcher);
  }

  private ProviderKeySource configured() {
    return source(Fixtures.ISSUER, server.uri("/keys"));
  }

  private ProviderKeySource discovering() {
    return source(server.uri("/realms/main").toString(), null);
  }

  private String metadata(String issuer, String jwkSetUri) {
    return """
        {"issuer":"%s","jwks_uri":"%s","token_endpoint":"%s"}"""
        .formatted(issuer, jwkSetUri, server.uri("/token"));
  }

  private KeyServer.Answer metadata() {
    return KeyServer.json(
        metadata(server.uri("/realms/main").toString(), server.uri("/keys").toString()));
  }

  private static void assertKeys(KeySource source, JWK... keys) {
    assertThat(source.fetch().block(Duration.ofSeconds(20))).isEqualTo(FakeKeySource.keySet(keys));
  }

  private static void assertFails(KeySource source, String message) {
    assertThatThrownBy(() -> source.fetch().block(Duration.ofSeconds(20)))
        .hasMessageContaining(message);
  }

  @Test
  void getsKeysFromConfiguredUri() {
    server.on("/keys", KeyServer.keys(FIRST, SECOND));

    assertKeys(configured(), FIRST, SECOND);
    assertThat(server.requests()).containsExactly("/keys");
  }

  @Test
  void asksForJson() {
    server.on(
        "/keys",
        exchange ->
            (exchange.getRequestHeaders().getFirst("Accept").equals("application/json")
                    ? KeyServer.keys(FIRST)
                    : KeyServer.status(406))
                .to(exchange));

    assertKeys(configured(), FIRST);
  }

  @Test
  void seesRotatedKeysWithTheNextFetch() {
    ProviderKeySource source = configured();
    server.on("/keys", KeyServer.keys(FIRST));
    assertKeys(source, FIRST);
    server.on("/keys", KeyServer.keys(SECOND));
    assertKeys(source, SECOND);
  }

  @Test
  void awaitsNoDiscoveryWhereTheKeysAreConfigured() {
    assertThat(configured().isDiscoveryAwaited()).isFalse();
  }

  @Test
  void discoversByOpenIdConnect() {
    server.on(OIDC, metadata()).on("/keys", KeyServer.keys(FIRST));
    ProviderKeySource source = discovering();
    assertThat(source.tokenUri()).isNull();
    assertThat(source.isDiscoveryAwaited()).isTrue();

    assertKeys(source, FIRST);
    assertThat(source.tokenUri()).isEqualTo(server.uri("/token"));
    assertThat(source.isDiscoveryAwaited()).isFalse();
    assertThat(server.requests()).containsExactly(OIDC, "/keys");
  }

  @Test
  void discoversByRfc8414WhereThereIsNoOpenIdConnect() {
    server.on(RFC_8414, metadata()).on("/keys", KeyServer.keys(FIRST));

    assertKeys(discovering(), FIRST);
    assertThat(server.requests()).containsExactly(OIDC, RFC_8414, "/keys");
  }

  @Test
  void appendsToIssuerWithoutItsFinalSlash() {
    String issuer = server.uri("/").toString();
    server
        .on(
            "/.well-known/openid-configuration",
            KeyServer.json(metadata(issuer, server.uri("/keys").toString())))
        .on("/keys", KeyServer.keys(FIRST));

    assertKeys(source(issuer, null), FIRST);
  }

  @Test
  void refusesMetadataOfAnotherIssuer() {
    for (String other : new String[] {"/realms/other", "/realms/main/", "/realms/Main"}) {
      server.on(
          OIDC,
          KeyServer.json(metadata(server.uri(other).toString(), server.uri("/keys").toString())));
      assertFails(discovering(), "another issuer");
    }
    assertThat(server.requests()).containsOnly(OIDC);
  }

  @Test
  void refusesMetadataWithoutUsableKeyUri() {
    for (String uri : new String[] {"", "/keys", "file:///etc/keys", "http://u@h/keys"}) {
      server.on(OIDC, KeyServer.json(metadata(server.uri("/realms/main").toString(), uri)));
      assertFails(discovering(), "no usable jwks_uri");
    }
  }

  @Test
  void refusesToBeLedFromHttpsToHttp() {
    byte[] json =
        metadata("https://idp.example", "http://idp.example/keys").getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> ProviderMetadata.parse(json, URI.create("https://idp.example")))
        .isInstanceOf(ProviderException.class);
  }

  @Test
  void doesNotTryElsewhereWhenProviderIsBroken() {
    server.on(OIDC, KeyServer.status(500)).on(RFC_8414, metadata());

    assertFails(discovering(), "status 500");
    assertThat(server.requests()).containsExactly(OIDC);
  }

  @Test
  void followsNoRedirect() {
    server
        .on("/keys", KeyServer.redirect(server.uri("/elsewhere")))
        .on("/elsewhere", KeyServer.keys(FIRST));

    assertFails(configured(), "status 302");
    assertThat(server.requests()).containsExactly("/keys");
  }

  @Test
  void failsOnAnythingButKeys() {
    server.on("/keys", KeyServer.status(500));
    assertFails(configured(), "status 500");
    server.on("/keys", KeyServer.status(204));
    assertFails(configured(), "status 204");
    server.on("/keys", KeyServer.json("<html>"));
    assertFails(configured(), "no proper JSON");
    server.on("/keys", KeyServer.json("{\"keys\":[]}"));
    assertFails(configured(), "no public key");
  }

  @Test
  void failsOnHugeAnswer() {
    server.on("/keys", KeyServer.bytes(new byte[DocumentFetcher.MAX_BYTES + 1]));

    assertFails(configured(), "exceeds");
  }

  @Test
  void failsWhenNobodyListens() {
    URI dead = server.uri("/keys");
    server.close();

    assertThatThrownBy(() -> source(Fixtures.ISSUER, dead).fetch().block(Duration.ofSeconds(20)))
        .hasRootCauseInstanceOf(java.io.IOException.class);
  }

  @Test
  void canBeGivenUpWhileProviderSaysNothing() {
    for (KeyServer.Answer answer : Arrays.asList(server.hang(), server.hangInBody())) {
      server.on("/keys", answer);
      StepVerifier.create(configured().fetch().timeout(Duration.ofMillis(50)))
          .expectError(java.util.concurrent.TimeoutException.class)
          .verify(Duration.ofSeconds(20));
    }
  }
}
