package dev.passgate.testing.helm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.jni.NativeLibrary;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The chart of this project, rendered by Helm itself, which is a native library. */
public final class Chart {

  /** What {@code .Release.Name} is. */
  public static final String RELEASE = "test";

  /** What {@code .Release.Namespace} is. */
  public static final String NAMESPACE = "data";

  /** The oldest that Chart.yaml allows. */
  private static final String KUBERNETES = "1.30.0";

  private Chart() {}

  /** The folder of the chart. */
  public static Path folder() {
    return ProjectFiles.resolve("charts/passgate");
  }

  /** The files of values that the chart is tried with, each of them a whole one. */
  public static List<Path> valueFiles() {
    try (Stream<Path> files = Files.list(folder().resolve("ci"))) {
      return files.filter(file -> file.toString().endsWith("-values.yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Values from the chart's folder {@code ci}. */
  public static Map<String, Object> values(String name) {
    return StrictYaml.read(text(folder().resolve("ci/" + name + "-values.yaml")));
  }

  /** What Helm makes of values; the test is skipped where there is no Helm for this machine. */
  public static Release render(Map<String, Object> values) {
    assumeHelm();
    Path folder = TemporaryFolder.create("values");
    try {
      Path file = Files.writeString(folder.resolve("values.yaml"), StrictYaml.write(values));
      return new Release(
          new Helm(copyWithoutHooks(folder.resolve("chart")))
              .template()
              .withName(RELEASE)
              .withNamespace(NAMESPACE)
              .withKubeVersion(KUBERNETES)
              .withValuesFile(file)
              .call());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  /** What {@code helm lint --strict} says of the chart. */
  public static LintResult lint() {
    assumeHelm();
    return new Helm(folder()).lint().strict().call();
  }

  /** What Helm tells a person who has installed the chart with these values. */
  public static String notes(Map<String, Object> values) {
    assumeHelm();
    Path folder = TemporaryFolder.create("values");
    try {
      Path file = Files.writeString(folder.resolve("values.yaml"), StrictYaml.write(values));
      return new Helm(folder())
          .install()
          .clientOnly()
          .dryRun()
          .withName(RELEASE)
          .withNamespace(NAMESPACE)
          .withKubeVersion(KUBERNETES)
          .withValuesFile(file)
          .call()
          .getOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  /** Helm as a library leaves out what is a hook: in the copy the test's pod is none. */
  private static Path copyWithoutHooks(Path copy) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder())) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = copy.resolve(folder().relativize(file).toString());
      Files.createDirectories(target.resolveSibling(""));
      Files.writeString(target, text(file).replace("helm.sh/hook", "passgate.dev/hook"));
    }
    return copy;
  }

  private static void assumeHelm() {
    assumeTrue(
        ServiceLoader.load(NativeLibrary.class).findFirst().isPresent(),
        () ->
            "there is no Helm as a library for "
                + System.getProperty("os.name")
                + " on "
                + System.getProperty("os.arch"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
