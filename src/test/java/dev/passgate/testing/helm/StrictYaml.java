package dev.passgate.testing.helm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML of which each key may be there once. */
public final class StrictYaml {

  private StrictYaml() {}

  /**
   * Reads one document, which is a map.
   *
   * @throws org.yaml.snakeyaml.error.YAMLException if it is no YAML or has a key twice
   */
  public static Map<String, Object> read(String text) {
    return map(yaml().load(text));
  }

  /** Reads several documents; those without anything in them are left out. */
  public static List<Map<String, Object>> readAll(String text) {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object document : yaml().loadAll(text)) {
      if (document != null) {
        documents.add(map(document));
      }
    }
    return documents;
  }

  /** Writes a document. */
  public static String write(Map<String, Object> document) {
    return yaml().dump(document);
  }

  /** One document over another: maps are joined, everything else is replaced. */
  public static Map<String, Object> merge(Map<String, Object> under, Map<String, Object> over) {
    Map<String, Object> merged = new LinkedHashMap<>(under);
    over.forEach(
        (key, value) -> {
          Object old = under.get(key);
          merged.put(
              key,
              old instanceof Map<?, ?> && value instanceof Map<?, ?>
                  ? merge(map(Objects.requireNonNull(old)), map(value))
                  : value);
        });
    return merged;
  }

  @SuppressWarnings("unchecked") // of YAML that we know: the keys are names
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(options));
  }
}
