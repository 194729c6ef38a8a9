package dev.passgate.testing.artifact;

import dev.passgate.testing.Console;
import dev.passgate.testing.ProjectFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Maven's local repository. What it lacks is downloaded by Maven itself, so that the mirrors,
 * proxies and credentials of the person's own settings hold and no host is named here.
 */
public final class LocalRepository {

  private static final String HOME = "passgate.maven.home";
  private static final String REPOSITORY = "passgate.maven.repository";

  private LocalRepository() {}

  /** The file of an artifact, downloaded first if it is not there yet. */
  public static Path resolve(String coordinates) {
    MavenArtifact artifact = MavenArtifact.parse(coordinates);
    Path file = folder().resolve(artifact.path());
    if (Files.isRegularFile(file)) {
      return file;
    }
    // Two Mavens that write one file at once can leave it broken.
    return CacheFolder.exclusively(
        "download",
        () -> {
          if (!Files.isRegularFile(file)) {
            download(artifact);
          }
          if (!Files.isRegularFile(file)) {
            throw new IllegalStateException(
                "Maven downloaded "
                    + artifact
                    + ", but not to "
                    + file
                    + "; is -D"
                    + REPOSITORY
                    + " Maven's local repository?");
          }
          return file;
        });
  }

  static Path folder() {
    String configured = System.getProperty(REPOSITORY, "");
    return configured.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".m2", "repository")
        : Path.of(configured);
  }

  private static void download(MavenArtifact artifact) {
    List<String> command = command(artifact);
    Console.say("Downloading " + artifact + " with Maven (once)");
    var builder = new ProcessBuilder(command).directory(ProjectFiles.root().toFile());
    builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
    try {
      int status = isTerminal() ? runOnTerminal(builder) : runInLog(builder);
      if (status != 0) {
        throw new IllegalStateException(
            "cannot download "
                + artifact
                + ": Maven ended with status "
                + status
                + " (its messages are above). Run it by hand to see more: "
                + String.join(" ", command));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run Maven: " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Maven downloads " + artifact, e);
    }
  }

  private static List<String> command(MavenArtifact artifact) {
    List<String> command = new ArrayList<>();
    command.add(executable().toString());
    if (!isTerminal()) {
      command.add("--batch-mode");
    }
    command.add("dependency:get");
    command.add("-Dartifact=" + artifact);
    command.add("-Dtransitive=false");
    command.add("-Dmaven.repo.local=" + folder());
    return command;
  }

  private static Path executable() {
    boolean windows = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win");
    String home = System.getProperty(HOME, "");
    if (!home.isEmpty()) {
      Path maven = Path.of(home, "bin", windows ? "mvn.cmd" : "mvn");
      if (Files.isRegularFile(maven)) {
        return maven;
      }
    }
    return ProjectFiles.resolve(windows ? "mvnw.cmd" : "mvnw");
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(console -> console.isTerminal()).orElse(false);
  }

  private static int runOnTerminal(ProcessBuilder builder)
      throws IOException, InterruptedException {
    return builder.inheritIO().start().waitFor();
  }

  // A test's standard output is a protocol with Surefire: a child must not write into it.
  private static int runInLog(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(Console::say);
    }
    return process.waitFor();
  }
}
