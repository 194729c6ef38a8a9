package dev.passgate.setting;

import java.util.List;
import java.util.Objects;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** A file that is no YAML. The message has no text of the file, which may be a secret. */
final class UnreadableYaml extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** What SnakeYAML says with nothing of the file in it but single characters, and doubled keys. */
  private static final List<String> PLAIN =
      List.of(
          "could not find expected",
          "expected ",
          "found character",
          "found duplicate key",
          "found unexpected",
          "found unknown escape character",
          "mapping keys are not allowed",
          "mapping values are not allowed",
          "sequence entries are not allowed",
          "special characters are not allowed");

  private UnreadableYaml(String message) {
    super(message, null, false, false);
  }

  static UnreadableYaml of(String file, MarkedYAMLException failure) {
    Mark mark = failure.getProblemMark();
    String place =
        mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    return new UnreadableYaml(file + place + ": " + problem(failure));
  }

  /** What is wrong, without words of the file but for a key that is there twice. */
  static String problem(MarkedYAMLException failure) {
    String problem =
        Objects.requireNonNullElse(failure.getProblem(), "").strip().replaceAll("\\s*\\R\\s*", " ");
    if (problem.startsWith("found undefined alias")) {
      return "a text that begins with * is in quotes, or names an anchor";
    }
    if (problem.contains(" tag")) {
      return "a text that begins with ! is in quotes, and there are no tags";
    }
    return PLAIN.stream().anyMatch(problem::startsWith) ? problem : "it cannot be read";
  }
}
