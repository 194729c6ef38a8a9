package dev.passgate.testing.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.passgate.testing.NeedsServers;
import org.junit.jupiter.api.Test;

@NeedsServers
final class KeycloakServerIT {

  private final KeycloakServer keycloak = SharedKeycloak.get();

  @Test
  void givesTheClientATokenForTrino() throws Exception {
    JWTClaimsSet claims = SignedJWT.parse(keycloak.token()).getJWTClaimsSet();

    assertThat(claims.getIssuer()).isEqualTo(keycloak.issuerUri());
    assertThat(claims.getAudience()).contains("trino");
    assertThat(claims.getStringClaim("preferred_username"))
        .isEqualTo("service-account-passgate-cli");
  }

  @Test
  void givesAUserATokenForTrino() throws Exception {
    JWTClaimsSet claims = SignedJWT.parse(keycloak.token("alice", "alice")).getJWTClaimsSet();

    assertThat(claims.getAudience()).contains("trino");
    assertThat(claims.getStringClaim("preferred_username")).isEqualTo("alice");
  }

  @Test
  void signsWithAnotherKeyAfterRotation() throws Exception {
    String before = keyIdOf(keycloak.token());
    keycloak.rotateKeys();
    String after = keyIdOf(keycloak.token());

    assertThat(after).isNotEqualTo(before);
    JWKSet published = JWKSet.load(keycloak.jwkSetUri().toURL());
    assertThat(published.getKeyByKeyId(before)).isNotNull();
    assertThat(published.getKeyByKeyId(after)).isNotNull();
  }

  @Test
  void keepsItsKeysWhenItStartsAgain() throws Exception {
    String before = keyIdOf(keycloak.token());
    keycloak.stop();
    assertThatThrownBy(keycloak::token).hasMessageContaining("no answer");
    keycloak.start();

    assertThat(keyIdOf(keycloak.token())).isEqualTo(before);
  }

  private static String keyIdOf(String token) throws Exception {
    return SignedJWT.parse(token).getHeader().getKeyID();
  }
}
