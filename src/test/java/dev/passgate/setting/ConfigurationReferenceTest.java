package dev.passgate.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.setting.ConfigurationMetadata.Setting;
import dev.passgate.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** That {@code docs/configuration.md} is what the program has. */
class ConfigurationReferenceTest {

  private static final String UPDATE = "passgate.docs.update";

  @Test
  void holdsEveryKeyWithTypeDefaultAndDescription() throws IOException {
    Path document = ProjectFiles.root().resolve("docs/configuration.md");
    String expected = ConfigurationReference.markdown();
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(document, expected);
    }

    assertThat(document)
        .as(
            "docs/configuration.md; run ./mvnw test -Dtest=ConfigurationReferenceTest -D%s=true to"
                + " update it",
            UPDATE)
        .hasContent(expected);
  }

  @Test
  void hasTheKeysThatAreKnownAndNoOthers() {
    assertThat(ConfigurationMetadata.keys())
        .extracting(Setting::name)
        .containsExactlyInAnyOrderElementsOf(UnknownSettings.KNOWN);
  }

  @Test
  void saysOfEveryKeyWhatItIsFor() {
    assertThat(ConfigurationMetadata.keys())
        .allSatisfy(key -> assertThat(key.description()).as(key.name()).hasSizeGreaterThan(10));
  }
}
