package dev.passgate.testing.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class LocalRepositoryIT {

  private static final String SHELL = "the Maven of this test is a script for /bin/sh";

  @TempDir private Path folder;

  @Test
  void findsWhatTheRepositoryHas() {
    Path jar = LocalRepository.resolve("org.jspecify:jspecify:1.0.0:jar");

    assertThat(Files.isRegularFile(jar)).isTrue();
    assertThat(jar).startsWith(LocalRepository.folder());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = SHELL)
  void letsMavenFetchWhatIsMissing() throws Exception {
    Path file = withMaven("mkdir -p \"$r/g/a/1\"; echo content >\"$r/g/a/1/a-1.zip\"");

    assertThat(file).hasContent("content");
    assertThat(folder.resolve("arguments"))
        .content()
        .contains("dependency:get")
        .contains("-Dartifact=g:a:1:zip")
        .contains("-Dtransitive=false");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = SHELL)
  void saysWhatCannotBeFetched() {
    assertThatThrownBy(() -> withMaven("exit 3"))
        .hasMessageContaining("cannot download g:a:1:zip: Maven ended with status 3");
  }

  /** Resolves from an empty repository, with a Maven that does as it is told. */
  private Path withMaven(String script) throws Exception {
    String home = System.getProperty("passgate.maven.home", "");
    String repository = System.getProperty("passgate.maven.repository", "");
    Path maven = Files.createDirectory(folder.resolve("bin")).resolve("mvn");
    Files.writeString(
        maven,
        "#!/bin/sh\nr='%1$s/repository'\necho \"$@\" >'%1$s/arguments'\n%2$s\n"
            .formatted(folder, script));
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwx------"));
    System.setProperty("passgate.maven.home", folder.toString());
    System.setProperty("passgate.maven.repository", folder.resolve("repository").toString());
    try {
      return LocalRepository.resolve("g:a:1:zip");
    } finally {
      System.setProperty("passgate.maven.home", home);
      System.setProperty("passgate.maven.repository", repository);
    }
  }

  @Test
  void readsCoordinatesWithAClassifier() {
    MavenArtifact artifact = MavenArtifact.parse("io.trino:trino-cli:476:jar:executable");

    assertThat(artifact.path()).isEqualTo("io/trino/trino-cli/476/trino-cli-476-executable.jar");
    assertThat(artifact).hasToString("io.trino:trino-cli:476:jar:executable");
    assertThatThrownBy(() -> MavenArtifact.parse("a:b:c")).hasMessageContaining("a:b:c is not");
  }
}
