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

  /** Sets a key, a path of names without dots in them. Does nothing without a value. */
  @SuppressWarnings("unchecked") // sections are made here alone
  void set(@Nullable Object value, String... path) {
    if (value == null) {
      return;
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
