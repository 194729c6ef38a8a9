package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The start script, with the options of the JVM that ship, over the jar that was built. */
@BesideOthers
class DistributionIT {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Shows how it is called and ends, without a start of the gateway. */
  private static final String USAGE = "usage: explain-token";

  @TempDir private static Path home;

  private record Run(int status, String output) {}

  @BeforeAll
  static void install() throws Exception {
    try (Stream<Path> files = Files.walk(ProjectFiles.resolve("src/main/dist"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = home.resolve(ProjectFiles.resolve("src/main/dist").relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Run extract =
        run(
            List.of(
                JavaProcess.java(),
                "-Djarmode=tools",
                "-jar",
                jar().toString(),
                "extract",
                "--force",
                "--application-filename",
                "passgate.jar",
                "--libraries",
                "libs",
                "--destination",
                home.resolve("lib").toString()),
            "");
    assertThat(extract.status()).as(extract.output()).isZero();
  }

  private static Path jar() throws IOException {
    try (Stream<Path> built = Files.list(ProjectFiles.resolve("target"))) {
      List<Path> jars =
          built.filter(file -> file.getFileName().toString().matches("passgate-.*\\.jar")).toList();
      assumeThat(jars).as("packaged").hasSize(1);
      return jars.getFirst();
    }
  }

  private static Run passgate(String options, String... arguments) throws Exception {
    return run(
        Stream.concat(Stream.of(home.resolve("bin/passgate").toString()), Stream.of(arguments))
            .toList(),
        options);
  }

  private static Run run(List<String> command, String options) throws Exception {
    return run(command, options, Path.of(System.getProperty("java.home")));
  }

  private static Run run(List<String> command, String options, Path jdk) throws Exception {
    Path output = home.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("JAVA_OPTS", options);
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("it did not end: " + Files.readString(output));
      }
      return new Run(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Path cache() {
    return home.resolve("lib/passgate.aot");
  }

  @Test
  void startsWithoutACache() throws Exception {
    Files.deleteIfExists(cache());
    Run run = passgate("", "explain-token", "--help");
    assertThat(run.output()).contains(USAGE).doesNotContain("warning", "error");
    assertThat(run.status()).isZero();
  }

  @Test
  void passesCommandsAndSettingsOn() throws Exception {
    Run version = passgate("", "--version");
    assertThat(version.output()).matches("passgate \\d\\S+, Java 25\\S*\n");
    assertThat(version.status()).isZero();
    Run unknown = passgate("", "srve");
    assertThat(unknown.output()).contains("there is no command 'srve'").doesNotContain("Starting");
    assertThat(unknown.status()).isEqualTo(2);

    Run check =
        passgate(
            "",
            "check-config",
            "--spring.config.location=classpath:/",
            "--passgate.limits.answer-pause=soon later");
    assertThat(check.output().lines().filter(line -> line.startsWith("passgate.")))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("passgate.limits.answer-pause is 'soon later'"))
        .anyMatch(line -> line.startsWith("passgate.clusters is not set"))
        .anyMatch(line -> line.startsWith("passgate.issuers is not set"));
    assertThat(check.status()).isEqualTo(1);
  }

  @Test
  void namesTheJavaThatIsTooOldOrNotThere(@TempDir Path jdk) throws Exception {
    List<String> command = List.of(home.resolve("bin/passgate").toString(), "--version");
    Run without = run(command, "", jdk);
    assertThat(without.output()).matches("passgate: there is no \\S+/bin/java: .* JDK 25 .*\n");
    assertThat(without.status()).isEqualTo(127);

    Path java = Files.createDirectory(jdk.resolve("bin")).resolve("java");
    Files.createSymbolicLink(java, Path.of(JavaProcess.java()));
    assertThat(run(command, "", jdk).output()).startsWith("passgate ");
    Path release = jdk.resolve("release");
    Files.writeString(release, "IMPLEMENTOR=\"Any\"\nJAVA_VERSION=\"25\"\nOS_NAME=\"Linux\"\n");
    assertThat(run(command, "", jdk).output()).startsWith("passgate ");

    Files.writeString(release, "IMPLEMENTOR=\"Any\"\nJAVA_VERSION=\"24.0.2\"\n");
    Run old = run(command, "", jdk);
    assertThat(old.output())
        .isEqualTo(
            "passgate: "
                + java
                + " is of Java 24: JAVA_HOME has to be the folder of a JDK 25 or newer\n");
    assertThat(old.status()).isEqualTo(126);
  }

  @Test
  void startsWithACacheThatIsOfNoUse() throws Exception {
    Files.writeString(cache(), "no cache at all ".repeat(1000));
    Run run = passgate("", "explain-token", "--help");
    assertThat(run.output()).contains(USAGE).contains("AOT cache");
    assertThat(run.status()).isZero();
    Files.delete(cache());
  }

  /** Takes most of a minute: {@code -Dpassgate.test.training=true}. */
  @Test
  @EnabledIfSystemProperty(named = "passgate.test.training", matches = "true")
  void usesTheCacheThatItMadeWhereverItIsMoved() throws Exception {
    Run training = passgate("", "train", "--requests=500");
    assertThat(training.status()).as(training.output()).isZero();

    // This mode has the JVM stop where it cannot use the cache.
    Run run = passgate("-XX:AOTMode=on", "explain-token", "--help");
    assertThat(run.output()).contains(USAGE).doesNotContain("warning", "error");
    assertThat(run.status()).isZero();
    Files.delete(cache());
  }
}
