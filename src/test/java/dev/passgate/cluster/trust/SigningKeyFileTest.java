package dev.passgate.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyFileTest {

  /** Made with openssl genpkey, on P-256, with its public half in it. */
  private static final String OPENSSL =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRt+4cy/Pj5Xzez/5
      suGUY/S9ZO4dZZG8XKqs3clynZGhRANCAARMWLOnUA0mbU9rcGslQXKtnSeM4is8
      yqleKmy61FsFYfCK2QtfQpRWAJSU2yhQL5vtQPl+T86qBcpZSsTr4Z1t
      -----END PRIVATE KEY-----
      """;

  private static List<SigningKey> parse(String text) {
    return SigningKeyFile.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static SigningKey only(String text) {
    List<SigningKey> keys = parse(text);
    assertThat(keys).hasSize(1);
    return keys.getFirst();
  }

  private static SignedJWT sign(SigningKey key) throws Exception {
    return SignedJWT.parse(key.sign(new JWTClaimsSet.Builder().subject("alice").build()));
  }

  @Test
  void readsAnRsaKey() throws Exception {
    SigningKey key = only(Keys.pem(Keys.rsa(2048)));

    SignedJWT token = sign(key);
    assertThat(token.getHeader().toJSONObject())
        .containsExactlyInAnyOrderEntriesOf(Map.of("alg", "RS256", "typ", "JWT", "kid", key.id()));
    assertThat(token.verify(new RSASSAVerifier((RSAKey) key.published()))).isTrue();
    assertThat(key.published().computeThumbprint()).hasToString(key.id());
  }

  /** Both signs of the point's y. */
  @RepeatedTest(8)
  void completesAnEcKeyThatHasNoPublicHalf() throws Exception {
    KeyPair pair = Keys.elliptic("secp256r1");

    SigningKey key = only(Keys.pem(pair));

    assertThat(((ECKey) key.published()).toECPublicKey().getW())
        .isEqualTo(((ECPublicKey) pair.getPublic()).getW());
    assertThat(sign(key).verify(new ECDSAVerifier((ECKey) key.published()))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"secp256r1, ES256, P-256", "secp384r1, ES384, P-384"})
  void signsByTheAlgorithmOfTheCurve(String curve, String algorithm, String name) throws Exception {
    SigningKey key = only(Keys.pem(Keys.elliptic(curve)));

    assertThat(sign(key).getHeader().getAlgorithm()).hasToString(algorithm);
    assertThat(((ECKey) key.published()).getCurve()).hasToString(name);
    assertThat(sign(key).verify(new ECDSAVerifier((ECKey) key.published()))).isTrue();
  }

  @Test
  void readsWhatOpensslMakes() {
    assertThat(only(OPENSSL).published().toJSONString())
        .contains("\"x\":\"TFizp1ANJm1Pa3BrJUFyrZ0njOIrPMqpXipsutRbBWE\"")
        .contains("\"y\":\"8IrZC19ClFYAlJTbKFAvm-1A-X5PzqoFyllKxOvhnW0\"");
  }

  @Test
  void readsKeysInTheirOrderWithTextAround() {
    KeyPair first = Keys.rsa(2048);
    KeyPair second = Keys.elliptic("secp256r1");

    List<SigningKey> keys =
        parse("since May\n" + Keys.pem(first) + "\r\nfor June\n" + Keys.pem(second) + "\n");

    assertThat(keys)
        .extracting(SigningKey::id)
        .containsExactly(only(Keys.pem(first)).id(), only(Keys.pem(second)).id());
  }

  @Test
  void publishesNoPrivatePart() {
    assertThat(only(Keys.pem(Keys.rsa(2048))).published().isPrivate()).isFalse();
    assertThat(only(OPENSSL).published().isPrivate()).isFalse();
  }

  private static void assertRefused(String text, String reason) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "nothing", "-----BEGIN"})
  void refusesAFileWithoutKeys(String text) {
    assertRefused(text, "it holds no key");
  }

  @Test
  void refusesAShortRsaKey() {
    assertRefused(Keys.pem(Keys.rsa(1024)), "key 1: it is an RSA key of 1024 bits");
  }

  @Test
  void refusesAnotherCurve() {
    assertRefused(
        OPENSSL + Keys.pem(Keys.elliptic("secp521r1")), "key 2: it is an EC key on another curve");
  }

  @Test
  void refusesAnotherKindOfKey() {
    assertRefused(Keys.pem(Keys.pair("Ed25519", _ -> {})), "it is neither an RSA key nor an EC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE"})
  void refusesAnotherForm(String label) {
    assertRefused(
        OPENSSL.replace("PRIVATE KEY", label), "key 1: it is of the kind '" + label + "'");
  }

  @Test
  void refusesAKeyThatIsThereTwice() {
    assertRefused(OPENSSL + OPENSSL, "key 2: it is there twice");
  }

  @Test
  void refusesAKeyThatIsCut() {
    assertRefused(OPENSSL + "-----BEGIN PRIVATE KEY-----\nMIG", "what follows key 1 is no key");
  }

  @Test
  void refusesMoreKeysThanItPublishes() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      text.append(Keys.pem(Keys.elliptic("secp256r1")));
    }
    assertRefused(text.toString(), "more than 10");
  }

  @Test
  void quotesNothingOfAKey() {
    byte[] secret = "a secret that is no key".getBytes(StandardCharsets.US_ASCII);
    String base64 = Base64.getEncoder().encodeToString(secret);
    for (String body : List.of(base64, base64 + "!", "a secret")) {
      assertThatThrownBy(
              () -> parse("-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----"))
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("secret")
          .doesNotContain(base64);
    }
    assertThat(only(OPENSSL)).hasToString("SigningKey[" + only(OPENSSL).id() + "]");
  }
}
