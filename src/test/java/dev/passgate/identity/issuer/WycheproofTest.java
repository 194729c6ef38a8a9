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
import dev.passgate.identity.issuer.StrictJson.NotStrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
  private record Vector(int id, String name, String jws, boolean valid, @Nullable KeySet keys) {}

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
                Integer.parseInt(String.valueOf(test.get("tcId"))),
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
   * Vectors whose verdict is another than the file's, and why. A MAC proves nothing of who made it
   * to somebody who has no secret with the issuer, so none is accepted (RFC 8725, section 3.2).
   */
  private static final String MAC = "is a MAC, which no issuer may sign with";

  /** RFC 7517, section 4.4: the key names the algorithm that it is for. */
  private static final String OTHER_ALGORITHM = "is signed with PS384 by a key for PS256";

  private static final String NO_ALGORITHM = "is signed by a key for ES521, which there is not";

  private static final Map<String, Map<Integer, String>> EXCEPTIONS =
      Map.of(
          "json_web_signature_test.json",
          Map.ofEntries(
              Map.entry(1, MAC),
              Map.entry(346, OTHER_ALGORITHM),
              Map.entry(347, NO_ALGORITHM),
              Map.entry(348, MAC),
              Map.entry(350, OTHER_ALGORITHM),
              Map.entry(351, NO_ALGORITHM),
              Map.entry(352, MAC),
              Map.entry(357, MAC),
              Map.entry(358, MAC),
              Map.entry(359, MAC),
              Map.entry(372, MAC),
              Map.entry(373, MAC),
              Map.entry(376, MAC),
              Map.entry(377, MAC)),
          "json_web_key_test.json",
          Map.of(2, MAC, 13, MAC, 14, MAC, 15, MAC));

  /**
   * The payloads of the vectors are no claims, so their signatures are asked about by themselves.
   */
  @ParameterizedTest
  @ValueSource(strings = {"json_web_signature_test.json", "json_web_key_test.json"})
  void agreesWithEveryVectorAboutKeyAndSignature(String file) throws Exception {
    Map<Integer, String> exceptions = EXCEPTIONS.getOrDefault(file, Map.of());
    List<Vector> vectors = vectors(file);
    Set<Integer> differing = new TreeSet<>();
    for (Vector vector : vectors) {
      boolean verified = vector.keys() != null && verifies(vector.jws(), vector.keys());
      if (verified != vector.valid()) {
        assertThat(verified).as("accepts " + vector.name()).isFalse();
        differing.add(vector.id());
      }
    }
    assertThat(differing).as(exceptions.toString()).isEqualTo(exceptions.keySet());
    assertThat(vectors).hasSizeGreaterThan(20);
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
