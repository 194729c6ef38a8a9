package dev.passgate.setting;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys of Passgate in the metadata that Spring Boot's annotation processor makes of the
 * properties classes. What is by a name, or one of several, is in a file of its own there, as the
 * processor does not follow maps and lists.
 */
final class ConfigurationMetadata {

  private static final JsonMapper JSON = JsonMapper.shared();

  private ConfigurationMetadata() {}

  /**
   * One key.
   *
   * @param name as in {@link UnknownSettings#KNOWN}
   * @param type the name of a Java type
   * @param defaultValue null where there is none
   * @param description empty where there is none
   */
  record Setting(String name, String type, @Nullable String defaultValue, String description) {}

  /** Every key below {@code passgate}, in the order of the names. */
  static List<Setting> keys() {
    List<Setting> keys = new ArrayList<>();
    for (JsonNode property : properties("META-INF/spring-configuration-metadata.json")) {
      if (property.path("name").asString().startsWith("passgate.")) {
        add(property, "", keys);
      }
    }
    return keys;
  }

  private static void add(JsonNode property, String prefix, List<Setting> keys) {
    String name = prefix + property.path("name").asString();
    String type = property.path("type").asString();
    if (type.startsWith("java.util.Map<")) {
      String values = type.substring(type.indexOf(',') + 1, type.length() - 1);
      if (isOurs(values)) {
        addAll(values, name + ".*.", keys);
      } else {
        keys.add(setting(name + ".*", values, property));
      }
      return;
    }
    keys.add(setting(name, type, property));
    if (type.startsWith("java.util.List<")) {
      String values = type.substring(type.indexOf('<') + 1, type.length() - 1);
      if (isOurs(values)) {
        addAll(values, name + ".#.", keys);
      }
    }
  }

  private static boolean isOurs(String type) {
    return type.startsWith("dev.passgate.");
  }

  private static void addAll(String type, String prefix, List<Setting> keys) {
    for (JsonNode property :
        properties("META-INF/spring/configuration-metadata/" + type + ".json")) {
      add(property, prefix, keys);
    }
  }

  private static Setting setting(String name, String type, JsonNode property) {
    JsonNode value = property.path("defaultValue");
    return new Setting(
        name,
        type,
        value.isMissingNode() ? null : text(value),
        property.path("description").asString(""));
  }

  /** A list is one in some files, and looks like one in others. */
  private static String text(JsonNode value) {
    return value.isArray()
        ? String.join(", ", value.valueStream().map(JsonNode::asString).toList())
        : value.asString().replaceFirst("^\\[(.*)]$", "$1");
  }

  /** The properties in all files of a name, as other libraries have metadata too. */
  private static List<JsonNode> properties(String file) {
    List<JsonNode> all = new ArrayList<>();
    try {
      for (Resource resource :
          new PathMatchingResourcePatternResolver().getResources("classpath*:" + file)) {
        try (InputStream in = resource.getInputStream()) {
          JSON.readTree(in).path("properties").forEach(all::add);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    if (all.isEmpty()) {
      throw new IllegalStateException(
          "no " + file + ": a type in a map or a list needs @ConfigurationPropertiesSource");
    }
    return all;
  }
}
