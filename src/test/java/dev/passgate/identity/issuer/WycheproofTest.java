package dev.passgate.identity.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Trail;
import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The signatures and key sets that Google's Wycheproof collects because libraries fell for them.
 */
class WycheproofTest {

  private static final JWSAlgorithm[] ALGORITHMS =
      Stream.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
          .map(JWSAlgorithm::parse)
          .toArray(JWSAlgorithm[]::new);

  /** One signature, with the keys it is to be checked with where any is of use to us. */
  private record Vector(String name, String jws, boolean valid, @Nullable KeySet keys) {}

  private static List<Vector> vectors(String file) throws IOException, NotStrictJson {
    String corpora = System.getProperty("passgate.corpora", "");
    assumeTrue(!corpora.isEmpty(), "the system property passgate.corpora names no folder");
    Path path = Path.of(corpora, "wycheproof", "testvectors_v1", file);
    assumeTrue(Files.isRegularFile(path), () -> path + " is not there");
    List<Vector> vectors = new ArrayList<>();
    for (Map<?, ?> group : objects(StrictJson.object(Files.readAllBytes(path)), "testGroups")) {
      KeySet keys = keys(group.containsKey("public") ? group.get("public") : group.get("private"));
      for (Map<?, ?> test : objects(group, "tests")) {
        vectors.add(
            new Vector(
                file + " " + test.get("tcId") + " " + test.get("comment"),
                String.valueOf(test.get("jws")),
                "valid".equals(test.get("result")),
                keys));
      }
    }
    return vectors;
  }

  private static List<Map<?, ?>> objects(Map<?, ?> parent, String name) {
    List<Map<?, ?>> objects = new ArrayList<>();
    if (parent.get(name) instanceof List<?> list) {
      list.forEach(one -> objects.add((Map<?, ?>) one));
    }
    return objects;
  }

  private static @Nullable KeySet keys(@Nullable Object description) {
    if (!(description instanceof Map<?, ?> key)) {
      return null;
    }
    Map<String, Object> set =
        Map.of("keys", key.get("keys") instanceof List<?> keys ? keys : List.of(key));
    try {
      return KeySet.parse(JSONObjectUtils.toJSONString(set).getBytes(StandardCharsets.UTF_8));
    } catch (ProviderException e) {
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "json_web_signature_test.json",
        "json_web_key_test.json",
        "json_web_crypto_test.json"
      })
  void acceptsNoneAsToken(String file) throws Exception {
    FakeTime time = new FakeTime();
    for (Vector vector : vectors(file)) {
      FakeKeySource source = new FakeKeySource().has(Fixtures.FIRST);
      if (vector.keys() != null) {
        source.has(vector.keys().keys().toArray(JWK[]::new));
      }
      IssuerRegistry registry =
          IssuerRegistry.of(
              List.of(Fixtures.settings(ALGORITHMS)), one -> source, () -> {}, time.surroundings());
      JwtTokenVerifier verifier =
          new JwtTokenVerifier(registry, new TokenCache(10, time), 64 * 1024);

      assertThat(verifier.verify(vector.jws(), Trail.NONE).block(Duration.ofSeconds(20)))
          .as(vector.name())
          .isInstanceOf(Refusal.class);
    }
  }

  /**
   * The payloads of the vectors are no claims, so their signatures are asked about by themselves.
   */
  @Test
  void acceptsNoBadSignatureWithTheKeysItChooses() throws Exception {
    List<Vector> vectors = new ArrayList<>(vectors("json_web_signature_test.json"));
    vectors.addAll(vectors("json_web_key_test.json"));
    List<String> accepted = new ArrayList<>();
    for (Vector vector : vectors) {
      if (vector.keys() != null && verifies(vector.jws(), vector.keys())) {
        assertThat(vector.valid()).as(vector.name()).isTrue();
        accepted.add(vector.name());
      }
    }
    assertThat(accepted).hasSizeGreaterThan(10);
  }

  private static boolean verifies(String text, KeySet keys) {
    try {
      JWSObject jws = JWSObject.parse(text);
      if (!SignatureAlgorithms.isSupported(jws.getHeader().getAlgorithm().getName())) {
        return false;
      }
      for (JWK key : keys.candidates(jws.getHeader().getAlgorithm(), jws.getHeader().getKeyID())) {
        if (jws.verify(
            new DefaultJWSVerifierFactory()
                .createJWSVerifier(jws.getHeader(), ((AsymmetricJWK) key).toPublicKey()))) {
          return true;
        }
      }
      return false;
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }
}
