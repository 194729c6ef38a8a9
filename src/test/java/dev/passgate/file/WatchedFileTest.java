package dev.passgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.observe.RecordedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.scheduler.VirtualTimeScheduler;

class WatchedFileTest {

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void create() {
    path = folder.resolve("file");
  }

  private static Integer parse(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.startsWith("secret")) {
      throw new IllegalArgumentException("not a number");
    }
    return Integer.valueOf(text);
  }

  private WatchedFile<Integer> read(String content) throws IOException {
    Files.writeString(path, content);
    return WatchedFile.read(path, WatchedFileTest::parse);
  }

  @Test
  void takesUpWhatChanges() throws Exception {
    WatchedFile<Integer> file = read("1");
    assertThat(file.value()).isEqualTo(1);
    assertThat(file.version()).isEqualTo(1);

    Files.writeString(path, "2");
    file.refresh();

    assertThat(file.value()).isEqualTo(2);
    assertThat(file.version()).isEqualTo(2);
  }

  @Test
  void takesUpAChangeThatNoTimestampShows() throws Exception {
    WatchedFile<Integer> file = read("1");
    FileTime time = Files.getLastModifiedTime(path);
    Files.writeString(path, "2");
    Files.setLastModifiedTime(path, time);
    file.refresh();

    assertThat(file.value()).isEqualTo(2);
  }

  @Test
  void takesUpTheSwapOfALinkAsKubernetesMakesIt() throws Exception {
    Path first = Files.writeString(Files.createDirectory(folder.resolve("1")).resolve("n"), "1");
    Path second = Files.writeString(Files.createDirectory(folder.resolve("2")).resolve("n"), "2");
    Path data = Files.createSymbolicLink(folder.resolve("..data"), first.getParent());
    Path link = Files.createSymbolicLink(path, data.resolve("n"));
    WatchedFile<Integer> file = WatchedFile.read(link, WatchedFileTest::parse);

    Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second.getParent());
    Files.move(next, data, StandardCopyOption.REPLACE_EXISTING);
    file.refresh();

    assertThat(file.value()).isEqualTo(2);
  }

  @Test
  void staysTheSameWhereNothingChanges() throws Exception {
    WatchedFile<Integer> file = read("1");
    Files.writeString(path, "1");
    file.refresh();

    assertThat(file.version()).isEqualTo(1);
  }

  @Test
  void keepsWhatItHadWhereTheNewIsWrongAndSaysSoOnce() throws Exception {
    WatchedFile<Integer> file = read("1");
    try (RecordedLog log = RecordedLog.of(WatchedFile.class.getName())) {
      Files.writeString(path, "secret");
      file.refresh();
      file.refresh();

      assertThat(file.value()).isEqualTo(1);
      assertThat(file.version()).isEqualTo(1);
      assertThat(log.events()).hasSize(1);
      assertThat(log.events().getFirst().getKeyValuePairs())
          .extracting(pair -> pair.value)
          .contains("not a number")
          .noneMatch(value -> value.toString().contains("secret"));

      Files.writeString(path, "3");
      file.refresh();
      assertThat(file.value()).isEqualTo(3);
    }
  }

  @Test
  void keepsWhatItHadWhereTheFileIsGoneAndSaysSoOnce() throws Exception {
    WatchedFile<Integer> file = read("1");
    try (RecordedLog log = RecordedLog.of(WatchedFile.class.getName())) {
      Files.delete(path);
      file.refresh();
      file.refresh();

      assertThat(file.value()).isEqualTo(1);
      assertThat(log.events()).hasSize(1);
    }
    Files.writeString(path, "2");
    file.refresh();
    assertThat(file.value()).isEqualTo(2);
  }

  @Test
  void looksOncePerInterval() throws Exception {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try {
      WatchedFile<Integer> file = read("1");
      file.watch(time);
      file.watch(time);
      Files.writeString(path, "2");
      time.advanceTimeBy(WatchedFile.INTERVAL.minusMillis(1));
      assertThat(file.value()).isEqualTo(1);
      time.advanceTimeBy(WatchedFile.INTERVAL);
      assertThat(file.value()).isEqualTo(2);

      file.close();
      Files.writeString(path, "3");
      time.advanceTimeBy(WatchedFile.INTERVAL.multipliedBy(2));
      assertThat(file.value()).isEqualTo(2);
    } finally {
      time.dispose();
    }
  }

  @Test
  void stopsTheStartWhereTheFileIsNotThereOrTooLargeOrWrong() throws Exception {
    assertThatThrownBy(() -> WatchedFile.read(path, WatchedFileTest::parse))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the file cannot be read: NoSuchFileException");
    Files.write(path, new byte[WatchedFile.MAX_SIZE + 1]);
    assertThatThrownBy(() -> WatchedFile.read(path, WatchedFileTest::parse))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("larger than");
    assertThatThrownBy(() -> read("secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a number");
  }
}
