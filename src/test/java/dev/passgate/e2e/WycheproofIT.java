package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.http.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every token of the files of Wycheproof, whatever its signature is worth: none is of a trusted
 * issuer, so none gets in, and none makes the gateway do anything but say so.
 */
class WycheproofIT {

  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() {
    guarded = GuardedOrigin.start();
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static List<JsonNode> vectors(String file) throws IOException {
    String corpora = System.getProperty("passgate.corpora", "");
    assumeTrue(!corpora.isEmpty(), "the system property passgate.corpora names no folder");
    Path path = Path.of(corpora, "wycheproof", "testvectors_v1", file);
    assumeTrue(Files.isRegularFile(path), () -> path + " is not there");
    List<JsonNode> vectors = new ArrayList<>();
    JsonMapper.shared()
        .readTree(Files.readString(path))
        .get("testGroups")
        .forEach(group -> group.get("tests").forEach(vectors::add));
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "json_web_signature_test.json",
        "json_web_key_test.json",
        "json_web_crypto_test.json"
      })
  void refusesEveryVector(String file) throws Exception {
    List<JsonNode> vectors = vectors(file);
    for (JsonNode vector : vectors) {
      JsonNode form = vector.has("jws") ? vector.get("jws") : vector.get("jwe");
      // Some are in the JSON form of RFC 7515, section 7.2, which is no token of RFC 6750.
      String token = form.isString() ? form.asString() : form.toString();
      for (String header : List.of("Authorization: Bearer ", "idtoken: ")) {
        RawResponse answer =
            guarded.exchange(
                GuardedOrigin.request("POST", "/v1/statement", header + token.strip()));
        assertThat(answer.status()).as(vector.get("comment").asString()).isEqualTo(401);
      }
    }
    assertThat(vectors).hasSizeGreaterThan(20);
    guarded.assertNothingArrived();
  }
}
