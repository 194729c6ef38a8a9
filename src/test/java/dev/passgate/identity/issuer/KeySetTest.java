package dev.passgate.identity.issuer;

import static com.nimbusds.jose.JWSAlgorithm.ES256;
import static com.nimbusds.jose.JWSAlgorithm.PS256;
import static com.nimbusds.jose.JWSAlgorithm.RS256;
import static dev.passgate.identity.issuer.Fixtures.ELLIPTIC;
import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {

  private static byte[] json(String... keys) {
    return ("{\"keys\":[" + String.join(",", keys) + "]}").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] json(JWK... keys) {
    return json(Arrays.stream(keys).map(JWK::toJSONString).toArray(String[]::new));
  }

  private static void assertOfNoUse(JWK key) throws ProviderException {
    assertThat(KeySet.parse(json(FIRST, key)).keys())
        .extracting(JWK::getKeyID)
        .containsOnly("first");
    assertThatThrownBy(() -> KeySet.parse(json(key))).isInstanceOf(ProviderException.class);
  }

  @Test
  void keepsPublicKeysForSignatures() throws Exception {
    KeySet set = KeySet.parse(json(FIRST.toPublicJWK(), ELLIPTIC.toPublicJWK()));

    assertThat(set.keys()).containsExactly(FIRST.toPublicJWK(), ELLIPTIC.toPublicJWK());
  }

  @Test
  void dropsPrivateParts() throws Exception {
    assertThat(KeySet.parse(json(FIRST, ELLIPTIC)).keys())
        .containsExactly(FIRST.toPublicJWK(), ELLIPTIC.toPublicJWK());
  }

  @Test
  void leavesOutSecretKeys() throws Exception {
    assertOfNoUse(new OctetSequenceKeyGenerator(256).keyID("secret").generate());
  }

  @Test
  void leavesOutKeysForEncryption() throws Exception {
    assertOfNoUse(new RSAKey.Builder(SECOND.toRSAPublicKey()).keyUse(KeyUse.ENCRYPTION).build());
    assertOfNoUse(
        new RSAKey.Builder(SECOND.toRSAPublicKey()).algorithm(JWEAlgorithm.RSA_OAEP_256).build());
    assertOfNoUse(
        new RSAKey.Builder(SECOND.toRSAPublicKey())
            .keyOperations(Set.of(KeyOperation.ENCRYPT))
            .build());
  }

  @Test
  void leavesOutWeakRsaKeys() throws Exception {
    assertOfNoUse(new RSAKeyGenerator(1024, true).generate());
    assertOfNoUse(
        new RSAKey.Builder(SECOND.getModulus(), Base64URL.encode(new byte[] {1})).build());
    assertOfNoUse(
        new RSAKey.Builder(SECOND.getModulus(), Base64URL.encode(new byte[] {4})).build());
  }

  @Test
  void leavesOutCurvesThatNoAlgorithmHas() throws Exception {
    assertOfNoUse(new ECKeyGenerator(Curve.P_256).algorithm(JWEAlgorithm.ECDH_ES).generate());
    assertThatThrownBy(
            () -> KeySet.parse(json("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}")))
        .isInstanceOf(ProviderException.class);
  }

  @Test
  void leavesOutPointsThatAreNotOnTheirCurve() {
    assertThatThrownBy(
            () ->
                KeySet.parse(json("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}")))
        .isInstanceOf(ProviderException.class);
  }

  @Test
  void keepsTheRestWhenOneKeyIsMalformed() throws Exception {
    KeySet set =
        KeySet.parse(
            json("7", "null", "[]", "{}", "{\"kty\":\"RSA\",\"n\":1}", FIRST.toJSONString()));

    assertThat(set.keys()).hasSize(1);
  }

  @Test
  void ignoresCertificatesOfAKey() throws Exception {
    String key = FIRST.toPublicJWK().toJSONString();
    String withChain =
        key.substring(0, key.length() - 1)
            + ",\"x5u\":\"http://elsewhere\",\"x5c\":[\"nonsense\"],\"x5t\":7}";

    assertThat(KeySet.parse(json(withChain)).keys()).containsExactly(FIRST.toPublicJWK());
  }

  @Test
  void keepsAHundredKeysAtMost() throws Exception {
    String keys =
        IntStream.range(0, 150)
            .mapToObj(
                i -> FIRST.toPublicJWK().toJSONString().replace("\"first\"", "\"key-" + i + "\""))
            .collect(Collectors.joining(","));

    assertThat(KeySet.parse(json(keys)).keys()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "<html>",
        "{\"keys\":[]}{}",
        "{\"keys\":[],\"keys\":[]}"
      })
  void refusesWhatIsNoKeySet(String text) {
    assertThatThrownBy(() -> KeySet.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ProviderException.class);
  }

  @Test
  void offersOnlyKeysForTheAlgorithm() throws Exception {
    RSAKey bound = new RSAKey.Builder(SECOND.toRSAPublicKey()).keyID("ps").algorithm(PS256).build();
    KeySet set = KeySet.parse(json(FIRST, ELLIPTIC, bound));

    assertThat(set.candidates(RS256, null)).extracting(JWK::getKeyID).containsExactly("first");
    assertThat(set.candidates(PS256, null))
        .extracting(JWK::getKeyID)
        .containsExactly("first", "ps");
    assertThat(set.candidates(ES256, null)).extracting(JWK::getKeyID).containsExactly("elliptic");
    assertThat(set.candidates(RS256, "ps")).isEmpty();
    assertThat(set.knows("ps")).isTrue();
    assertThat(set.knows("PS")).isFalse();
  }
}
