package dev.passgate.testing.artifact;

import dev.passgate.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder that keeps unpacked distributions for next time: {@code passgate} in {@code
 * $XDG_CACHE_HOME}, or in {@code ~/.cache}. Several JVMs may use it at once.
 */
public final class CacheFolder {

  private static final ConcurrentMap<String, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private CacheFolder() {}

  /** Fills a folder that does not exist elsewhere yet. */
  @FunctionalInterface
  public interface Installation {
    void into(Path folder) throws IOException;
  }

  /** Something to do while no other JVM does the like. */
  @FunctionalInterface
  interface Exclusive<T> {
    T run() throws IOException;
  }

  /** The folder of a name, filled first if it is not there: whole or not at all. */
  public static Path install(String name, Installation installation) {
    Path folder = root().resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    return exclusively(
        name,
        () -> {
          if (!Files.isDirectory(folder)) {
            Path unfinished = root().resolve(name + ".unfinished");
            TemporaryFolder.delete(unfinished);
            Files.createDirectories(unfinished);
            installation.into(unfinished);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
          }
          return folder;
        });
  }

  static <T> T exclusively(String name, Exclusive<T> work) {
    // A file lock is held by the JVM, so threads need one of their own.
    ReentrantLock threads = LOCKS.computeIfAbsent(name, ignored -> new ReentrantLock());
    threads.lock();
    try {
      Path root = Files.createDirectories(root());
      try (FileChannel file =
              FileChannel.open(
                  root.resolve(name + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var lock = file.lock()) {
        if (!lock.isValid()) {
          throw new IOException("lost the lock on " + root.resolve(name + ".lock"));
        }
        return work.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + name + " in " + root(), e);
    } finally {
      threads.unlock();
    }
  }

  static Path root() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path caches =
        configured == null || configured.isEmpty() || !Path.of(configured).isAbsolute()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return caches.resolve("passgate");
  }
}
