package dev.passgate.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.file.WatchedFile;
import dev.passgate.setting.InvalidSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrinoKeysTest {

  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

  @TempDir private Path folder;

  private static List<JsonNode> published(TrinoKeys keys) {
    List<JsonNode> published = new ArrayList<>();
    JsonMapper.builder().build().readTree(keys.published()).get("keys").forEach(published::add);
    return published;
  }

  private static List<String> ids(TrinoKeys keys) {
    return published(keys).stream().map(key -> key.get("kid").asString()).toList();
  }

  private void lookAgain() {
    scheduler.advanceTimeBy(WatchedFile.INTERVAL);
  }

  @Test
  void publishesPublicPartsOnly() throws IOException {
    Path file = folder.resolve("keys.pem");
    Files.writeString(file, Keys.pem(Keys.rsa(2048)) + Keys.pem(Keys.elliptic("secp384r1")));

    try (TrinoKeys keys = TrinoKeys.read(file, scheduler)) {
      assertThat(published(keys).get(0).propertyNames())
          .containsExactlyInAnyOrder("kty", "use", "kid", "alg", "n", "e");
      assertThat(published(keys).get(1).propertyNames())
          .containsExactlyInAnyOrder("kty", "use", "kid", "alg", "crv", "x", "y");
    }
  }

  @Test
  void makesAKeyOfItsOwn() {
    TrinoKeys keys = TrinoKeys.generated();

    assertThat(keys.exist()).isTrue();
    assertThat(ids(keys)).containsExactly(keys.signing().id());
    assertThat(published(keys).getFirst().get("crv").asString()).isEqualTo("P-256");
    assertThat(ids(TrinoKeys.generated())).isNotEqualTo(ids(keys));
  }

  @Test
  void hasNoneWhereNothingIsSigned() {
    assertThat(TrinoKeys.none().exist()).isFalse();
  }

  @Test
  void rotatesWithOverlap() throws IOException {
    KeyPair first = Keys.elliptic("secp256r1");
    KeyPair second = Keys.elliptic("secp256r1");
    String firstId = SigningKey.of(first).id();
    String secondId = SigningKey.of(second).id();
    Path file = Files.writeString(folder.resolve("keys.pem"), Keys.pem(first));

    try (TrinoKeys keys = TrinoKeys.read(file, scheduler)) {
      Files.writeString(file, Keys.pem(first) + Keys.pem(second));
      lookAgain();
      assertThat(keys.signing().id()).isEqualTo(firstId);
      assertThat(ids(keys)).containsExactly(firstId, secondId);

      Files.writeString(file, Keys.pem(second) + Keys.pem(first));
      lookAgain();
      assertThat(keys.signing().id()).isEqualTo(secondId);
      assertThat(ids(keys)).containsExactly(secondId, firstId);

      Files.writeString(file, Keys.pem(second));
      lookAgain();
      assertThat(ids(keys)).containsExactly(secondId);
    }
  }

  @Test
  void keepsItsKeysWhenTheFileBecomesWrong() throws IOException {
    KeyPair pair = Keys.elliptic("secp256r1");
    Path file = Files.writeString(folder.resolve("keys.pem"), Keys.pem(pair));

    try (TrinoKeys keys = TrinoKeys.read(file, scheduler)) {
      Files.writeString(file, "not a key");
      lookAgain();
      assertThat(keys.signing().id()).isEqualTo(SigningKey.of(pair).id());
    }
  }

  @Test
  void stopsTheStartWithoutAUsableFile() throws IOException {
    Path absent = folder.resolve("absent.pem");
    assertThatThrownBy(() -> TrinoKeys.read(absent, scheduler))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("passgate.trino-keys.file is '" + absent + "', expected a file of")
        .hasMessageContaining("cannot be read");

    Path weak = Files.writeString(folder.resolve("weak.pem"), Keys.pem(Keys.rsa(1024)));
    assertThatThrownBy(() -> TrinoKeys.read(weak, scheduler))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageContaining("key 1: it is an RSA key of 1024 bits");
  }
}
