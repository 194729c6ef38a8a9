package dev.passgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that go away again. */
public final class TemporaryFolder {

  private TemporaryFolder() {}

  /** Makes a folder that only this user can read. */
  public static Path create(String purpose) {
    try {
      return Files.createTempDirectory("passgate-" + purpose + "-").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder for " + purpose, e);
    }
  }

  /** Deletes a folder and all in it, as far as it goes; links are deleted, not followed. */
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return; // something in it is still being written: it stays for the system to clear
    }
    for (Path path : deepestFirst) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // the same
      }
    }
  }
}
