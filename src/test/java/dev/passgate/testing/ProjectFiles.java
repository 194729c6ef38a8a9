package dev.passgate.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files of the project, from whichever folder of it the JVM was started in. */
public final class ProjectFiles {

  private ProjectFiles() {}

  /** The project's top folder. */
  public static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("pom.xml"))
          && Files.isDirectory(folder.resolve("trino-etc"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no pom.xml with a trino-etc folder beside it in " + start + " or above it");
  }

  /** A file or folder of the project that must be there. */
  public static Path resolve(String path) {
    Path file = root().resolve(path);
    if (!Files.exists(file)) {
      throw new IllegalStateException("the project has no " + file);
    }
    return file;
  }
}
