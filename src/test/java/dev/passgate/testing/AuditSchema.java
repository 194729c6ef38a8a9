package dev.passgate.testing;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;

/** What {@code docs/audit.schema.json} says of lines of the audit log. */
public final class AuditSchema {

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text());

  private AuditSchema() {}

  private static String text() {
    try {
      return Files.readString(ProjectFiles.resolve("docs/audit.schema.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with a line; empty where nothing is. */
  public static List<String> objections(String line) {
    return SCHEMA
        .validate(
            line,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Objects::toString)
        .toList();
  }

  /** Fails where something is wrong with a line. */
  public static void check(String line) {
    List<String> objections = objections(line);
    if (!objections.isEmpty()) {
      throw new AssertionError(objections + " of " + line);
    }
  }
}
