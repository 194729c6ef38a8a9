package dev.passgate.setting;

import java.util.Objects;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** A file that is no YAML. The message has no text of the file, which may be a secret. */
final class UnreadableYaml extends RuntimeException {

  private static final long serialVersionUID = 1;

  private UnreadableYaml(String message) {
    super(message, null, false, false);
  }

  static UnreadableYaml of(String file, MarkedYAMLException failure) {
    Mark mark = failure.getProblemMark();
    String place =
        mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    String problem = Objects.requireNonNullElse(failure.getProblem(), "it cannot be read");
    return new UnreadableYaml(file + place + ": " + problem.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
