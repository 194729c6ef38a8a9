package dev.passgate.reload;

import dev.passgate.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Files as Kubernetes mounts those of a ConfigMap or Secret: each a link into {@code ..data}, which
 * is a link itself, and all of them change at once when that one is swapped.
 */
final class ConfigMapMount implements AutoCloseable {

  private final Path folder = TemporaryFolder.create("mount");
  private int version;

  Path folder() {
    return folder;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Puts files in the place of all those before. */
  void mount(Map<String, String> files) {
    try {
      Path next = Files.createDirectory(folder.resolve("..v" + ++version));
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(next.resolve(file.getKey()), file.getValue());
      }
      Path link = folder.resolve("..data_tmp");
      Files.createSymbolicLink(link, next.getFileName());
      Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      for (String name : files.keySet()) {
        if (!Files.isSymbolicLink(file(name))) {
          Files.createSymbolicLink(file(name), Path.of("..data", name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    TemporaryFolder.delete(folder);
  }
}
