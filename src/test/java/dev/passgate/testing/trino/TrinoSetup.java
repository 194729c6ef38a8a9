package dev.passgate.testing.trino;

import dev.passgate.testing.ProjectFiles;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The project's {@code trino-etc}, and what one test wants beside it. Immutable. */
public final class TrinoSetup {

  private final Map<String, String> properties;
  private final Map<String, String> files;

  private TrinoSetup(Map<String, String> properties, Map<String, String> files) {
    this.properties = Map.copyOf(properties);
    this.files = Map.copyOf(files);
  }

  /** One coordinator that works too, with the catalogs tpch and memory. */
  public static TrinoSetup standard() {
    return new TrinoSetup(Map.of(), Map.of());
  }

  /** With a property of config.properties set or replaced. */
  public TrinoSetup withProperty(String key, String value) {
    return new TrinoSetup(with(properties, key, value), files);
  }

  /** With a catalog, given as the text of its properties file. */
  public TrinoSetup withCatalog(String name, String text) {
    return withFile("catalog/" + name + ".properties", text);
  }

  /** With a file of the configuration folder added or replaced. */
  public TrinoSetup withFile(String path, String text) {
    return new TrinoSetup(properties, with(files, path, text));
  }

  /**
   * For one that runs few queries, or is started more than once: compiles less, and so starts with
   * two thirds of the work.
   */
  public TrinoSetup quickToStart() {
    try {
      String options = Files.readString(ProjectFiles.resolve("trino-etc/jvm.config"));
      return withFile("jvm.config", options + "-XX:TieredStopAtLevel=1\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read trino-etc/jvm.config", e);
    }
  }

  boolean isCoordinator() {
    return !"false".equals(properties.get("coordinator"));
  }

  /** Writes the configuration folder. */
  void writeTo(Path etc) throws IOException {
    Path original = ProjectFiles.resolve("trino-etc");
    try (Stream<Path> all = Files.walk(original)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path copy = etc.resolve(original.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = etc.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    if (!properties.isEmpty()) {
      Path config = etc.resolve("config.properties");
      Properties merged = read(config);
      merged.putAll(properties);
      try (BufferedWriter out = Files.newBufferedWriter(config)) {
        merged.store(out, null);
      }
    }
  }

  static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties;
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
