package dev.passgate.command.envoy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Settings of Passgate, as a file of them is written. */
final class Settings {

  private final Map<String, Object> root = new LinkedHashMap<>();
  private final Report report;

  Settings(Report report) {
    this.report = report;
  }

  /**
   * Sets a key that there is one of here, and may be several of in Envoy: where they differ the
   * first one stays, and the others are told.
   */
  void setOnce(@Nullable Object value, String... path) {
    Object before = value == null ? null : get(path);
    if (before == null) {
      set(value, path);
    } else if (!before.equals(value)) {
      report.missing(String.join(".", path) + ": it is " + before + ", and was " + value + " too");
    }
  }

  /** Sets a key that nothing has set. */
  void setDefault(@Nullable Object value, String... path) {
    if (get(path) == null) {
      set(value, path);
    }
  }

  private @Nullable Object get(String... path) {
    Object found = root;
    for (String name : path) {
      found = found instanceof Map<?, ?> section ? section.get(name) : null;
    }
    return found;
  }

  /**
   * Sets a key, a path of names without dots in them. Does nothing without a value.
   *
   * @throws UnreadableEnvoy where a value would be taken for a placeholder, and so be replaced by
   *     another setting, which may be a secret
   */
  @SuppressWarnings("unchecked") // sections are made here alone
  void set(@Nullable Object value, String... path) {
    if (value == null) {
      return;
    }
    if (value.toString().contains("${")) {
      throw new UnreadableEnvoy(
          "what " + String.join(".", path) + " would be has ${ in it: a placeholder of Spring's");
    }
    Map<String, Object> section = root;
    for (int i = 0; i < path.length - 1; i++) {
      section = (Map<String, Object>) section.computeIfAbsent(path[i], _ -> new LinkedHashMap<>());
    }
    section.put(path[path.length - 1], value);
  }

  /** As YAML, with comments above. */
  String yaml(List<String> comments) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setIndicatorIndent(2);
    options.setIndentWithIndicator(true);
    options.setWidth(1000);
    options.setSplitLines(false);
    StringBuilder text = new StringBuilder();
    comments.forEach(comment -> text.append(("# " + comment).stripTrailing()).append('\n'));
    return text.append('\n').append(new Yaml(options).dump(root)).toString();
  }
}
