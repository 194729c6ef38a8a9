package dev.passgate.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What configuration files hold, and what is wrong with them by themselves. */
class FileContentsTest {

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void isTheSameForTheSameContentOnly() throws Exception {
    Path file = write("application.yml", "a: 1");
    FileContents first = FileContents.of(List.of(file));
    assertThat(FileContents.of(List.of(file))).isEqualTo(first);
    assertThat(FileContents.of(List.of(file)).digest()).isEqualTo(first.digest());

    write("application.yml", "a: 2");
    assertThat(FileContents.of(List.of(file))).isNotEqualTo(first);
    assertThat(FileContents.of(List.of(file)).digest()).isNotEqualTo(first.digest());
  }

  @Test
  void tellsWhatMovedFromOneFileToAnother() throws Exception {
    Path one = write("one.yml", "a: 1");
    Path two = write("two.yml", "");
    String before = FileContents.of(List.of(one, two)).digest();
    write("one.yml", "");
    write("two.yml", "a: 1");

    assertThat(FileContents.of(List.of(one, two)).digest()).isNotEqualTo(before);
  }

  @Test
  void findsEveryFileThatIsWrongAndQuotesNone() throws Exception {
    List<String> mistakes =
        FileContents.of(
                List.of(
                    write("a.yml", "# nothing but a comment"),
                    write("b.yml", "key: [secret"),
                    write("c.properties", ""),
                    folder.resolve("d.yml"),
                    write("e.yml", "key: value"),
                    write("f", "")))
            .mistakes();

    assertThat(mistakes)
        .hasSize(4)
        .noneMatch(mistake -> mistake.contains("secret"))
        .satisfiesExactly(
            mistake -> assertThat(mistake).endsWith("a.yml is empty"),
            mistake -> assertThat(mistake).contains("b.yml, line 1, column "),
            mistake -> assertThat(mistake).endsWith("c.properties is empty"),
            mistake -> assertThat(mistake).contains("d.yml cannot be read"));
  }

  @Test
  void showsNothingOfWhatTheyHold() throws Exception {
    assertThat(FileContents.of(List.of(write("a.yml", "key: secret"))).toString())
        .doesNotContain("secret");
  }
}
