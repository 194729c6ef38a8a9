package dev.passgate.testing.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LocalIssuerIT {

  private final LocalIssuer issuer = LocalIssuer.start("acme");
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    issuer.close();
    client.close();
  }

  @Test
  void publishesTheKeyThatSigns() throws Exception {
    SignedJWT token = SignedJWT.parse(issuer.token("alice").claim("email", "a@b").build());

    assertThat(verifies(token)).isTrue();
    assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo(issuer.issuerUri());
    assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("trino");
    assertThat(token.getJWTClaimsSet().getStringClaim("email")).isEqualTo("a@b");
  }

  @Test
  void signsWithEllipticKeys() throws Exception {
    issuer.rotateToEllipticKey();

    SignedJWT token = SignedJWT.parse(issuer.token("alice").build());

    assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
    assertThat(verifies(token)).isTrue();
  }

  @Test
  void rotatesAndWithdraws() throws Exception {
    SignedJWT old = SignedJWT.parse(issuer.token("alice").build());
    issuer.rotateKey();

    assertThat(verifies(old)).isTrue();
    issuer.withdrawOlderKeys();
    assertThat(verifies(old)).isFalse();
    assertThat(verifies(SignedJWT.parse(issuer.token("alice").build()))).isTrue();
  }

  @Test
  void isFoundAtBothWellKnownPlaces() throws Exception {
    URI base = URI.create(issuer.issuerUri());
    for (String path :
        List.of(
            "/acme/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/acme")) {
      assertThat(get(base.resolve(path)).body())
          .contains("\"issuer\":\"" + issuer.issuerUri() + "\"");
    }
    assertThat(issuer.requests(Endpoint.DISCOVERY)).isEqualTo(1);
  }

  @Test
  void failsAsItWasTold() throws Exception {
    issuer.fail(Endpoint.JWKS, new Fault.Status(500));
    assertThat(get(issuer.jwkSetUri()).statusCode()).isEqualTo(500);

    issuer.fail(Endpoint.JWKS, new Fault.Body("{"));
    assertThat(get(issuer.jwkSetUri()).body()).isEqualTo("{");

    issuer.fail(Endpoint.JWKS, new Fault.Hang());
    assertThatThrownBy(() -> get(issuer.jwkSetUri())).isInstanceOf(HttpTimeoutException.class);

    issuer.fail(Endpoint.JWKS, new Fault.Disconnect());
    assertThatThrownBy(() -> get(issuer.jwkSetUri())).isInstanceOf(IOException.class);

    issuer.fail(Endpoint.JWKS, new Fault.Delay(Duration.ofMillis(200)));
    assertThat(get(issuer.jwkSetUri()).statusCode()).isEqualTo(200);

    issuer.heal();
    assertThat(get(issuer.jwkSetUri()).statusCode()).isEqualTo(200);
    // The JDK's client asks again by itself when a connection ends without an answer.
    assertThat(issuer.requests(Endpoint.JWKS)).isGreaterThanOrEqualTo(6);
  }

  @Test
  void grantsTokensToWhoeverAsks() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(issuer.tokenUri())
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=password&username=al%20ice"))
            .build();

    String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();

    assertThat(answer).contains("access_token");
    assertThat(issuer.tokenForms().getFirst()).containsEntry("username", "al ice");
  }

  private boolean verifies(SignedJWT token) throws Exception {
    JWK key =
        JWKSet.parse(get(issuer.jwkSetUri()).body()).getKeyByKeyId(token.getHeader().getKeyID());
    if (key == null) {
      return false;
    }
    JWSVerifier verifier =
        new DefaultJWSVerifierFactory()
            .createJWSVerifier(token.getHeader(), ((AsymmetricJWK) key).toPublicKey());
    return token.verify(verifier);
  }

  private HttpResponse<String> get(URI uri) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(1)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
