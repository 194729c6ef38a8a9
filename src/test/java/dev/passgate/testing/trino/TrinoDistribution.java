package dev.passgate.testing.trino;

import dev.passgate.testing.Console;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.artifact.Archive;
import dev.passgate.testing.artifact.CacheFolder;
import dev.passgate.testing.artifact.LocalRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Trino as Maven Central has it: the server without connectors, and two of those. */
final class TrinoDistribution {

  static final String VERSION = System.getProperty("passgate.trino.version", "476");

  private static final List<String> CONNECTORS = List.of("tpch", "memory");
  private static final Set<String> PLUGINS =
      Set.of("tpch", "memory", "password-authenticators", "spooling-filesystem");

  private TrinoDistribution() {}

  /** The unpacked server, kept for next time. */
  static Path folder() {
    return CacheFolder.install("trino-" + VERSION, TrinoDistribution::unpack);
  }

  private static void unpack(Path folder) throws IOException {
    Path server = LocalRepository.resolve("io.trino:trino-server-core:" + VERSION + ":tar.gz");
    Console.say("Unpacking Trino " + VERSION + " (once)");
    // The plugins' jars are hard links to each other's: only the whole can be unpacked.
    Archive.unpack(server, folder);
    try (Stream<Path> plugins = Files.list(folder.resolve("plugin"))) {
      plugins
          .filter(plugin -> !PLUGINS.contains(plugin.getFileName().toString()))
          .forEach(TemporaryFolder::delete);
    }
    for (String connector : CONNECTORS) {
      Path zip = LocalRepository.resolve("io.trino:trino-" + connector + ":" + VERSION + ":zip");
      Archive.unpack(zip, folder.resolve("plugin").resolve(connector));
    }
  }
}
