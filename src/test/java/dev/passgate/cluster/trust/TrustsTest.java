package dev.passgate.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.file.WatchedFile;
import dev.passgate.setting.InvalidSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

class TrustsTest {

  private static final String KEY = "passgate.clusters.main.basic.";

  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
  private final Trusts trusts = new Trusts(TrinoKeys.none(), InstantSource.system(), scheduler);

  @TempDir private Path folder;

  @Test
  void showsNothingInRequestsWhereTheConnectionIsAll() {
    assertThat(Trust.CONNECTION.authorization("alice")).isNull();
  }

  @Test
  void showsTheAccountWhoeverCalls() {
    Trust trust = trusts.serviceAccount(KEY, new BasicSettings("passgate", "open: sesame", null));

    // passgate:open: sesame
    assertThat(trust.authorization("alice")).isEqualTo("Basic cGFzc2dhdGU6b3Blbjogc2VzYW1l");
    assertThat(trust.authorization("bob")).isEqualTo(trust.authorization("alice"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"open: sesame", "open: sesame\n", "open: sesame\r\n"})
  void readsThePasswordFromAFile(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), content);

    Trust trust = trusts.serviceAccount(KEY, new BasicSettings("passgate", null, file));

    assertThat(trust.authorization("alice")).isEqualTo("Basic cGFzc2dhdGU6b3Blbjogc2VzYW1l");
  }

  @Test
  void readsThePasswordAgainWhenItChanges() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "old");
    Trust trust = trusts.serviceAccount(KEY, new BasicSettings("passgate", null, file));

    Files.writeString(file, "new");
    lookAgain();
    assertThat(trust.authorization("alice")).isEqualTo("Basic cGFzc2dhdGU6bmV3");

    Files.writeString(file, "");
    lookAgain();
    assertThat(trust.authorization("alice")).isEqualTo("Basic cGFzc2dhdGU6bmV3");
  }

  @Test
  void looksAtNoFileOnceItIsClosed() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "old");
    Trust trust = trusts.serviceAccount(KEY, new BasicSettings("passgate", null, file));
    String before = trust.authorization("alice");

    trusts.close();
    Files.writeString(file, "new");
    lookAgain();

    assertThat(trust.authorization("alice")).isEqualTo(before);
  }

  private void lookAgain() {
    scheduler.advanceTimeBy(WatchedFile.INTERVAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two\nlines", "pass\u0001word", "Gr\u00fcn"})
  void stopsTheStartAtAFileThatHoldsNoPassword(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), content);

    assertThatThrownBy(() -> trusts.serviceAccount(KEY, new BasicSettings("passgate", null, file)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            KEY
                + "password-file is '"
                + file
                + "', expected a file that holds a password (the file does not hold a password of"
                + " printable ASCII characters and nothing else)");
  }

  @Test
  void stopsTheStartAtAFileThatIsNotThere() {
    Path file = folder.resolve("absent");

    assertThatThrownBy(() -> trusts.serviceAccount(KEY, new BasicSettings("passgate", null, file)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void showsNoSecretInText() {
    BasicSettings settings = new BasicSettings("passgate", "open sesame", null);

    assertThat(settings.toString()).doesNotContain("sesame");
    assertThat(trusts.serviceAccount(KEY, settings)).hasToString("ServiceAccount[***]");
  }
}
