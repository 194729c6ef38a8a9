package dev.passgate.supplychain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Advisories as OSV exports them: a folder with a JSON file for each, or {@code all.zip} of an
 * ecosystem. Those that concern none of the libraries are not kept.
 */
final class Advisories {

  private Advisories() {}

  /** A library and what is known against it. */
  record Finding(Bom.Component component, Advisory advisory) {

    @Override
    public String toString() {
      return component.purl()
          + ": "
          + advisory.id()
          + " "
          + advisory.aliases()
          + " "
          + advisory.summary();
    }
  }

  /** What was read and what was found. */
  record Result(int advisories, List<Finding> findings) {}

  static Result against(Bom bom, Path source) {
    List<Finding> findings = new ArrayList<>();
    int read = 0;
    try {
      if (Files.isDirectory(source)) {
        try (Stream<Path> files = Files.walk(source)) {
          for (Path file :
              files.filter(one -> one.toString().endsWith(".json")).sorted().toList()) {
            add(bom, Files.readAllBytes(file), findings);
            read++;
          }
        }
      } else {
        try (InputStream file = Files.newInputStream(source);
            ZipInputStream zip = new ZipInputStream(file)) {
          for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().endsWith(".json")) {
              add(bom, zip.readAllBytes(), findings);
              read++;
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read advisories in " + source, e);
    }
    return new Result(read, findings);
  }

  private static void add(Bom bom, byte[] json, List<Finding> findings) {
    Advisory advisory = Advisory.of(JsonMapper.shared().readTree(json));
    bom.components().stream()
        .filter(advisory::concerns)
        .map(component -> new Finding(component, advisory))
        .forEach(findings::add);
  }
}
