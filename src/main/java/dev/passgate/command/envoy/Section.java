package dev.passgate.command.envoy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message of Envoy's configuration. Notes which of its fields were asked for: the others have
 * no equivalent, which {@link #rest()} reports. Takes the names of fields in both forms that
 * protobuf has for them, {@code port_value} and {@code portValue}.
 */
final class Section {

  private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])([A-Z])");

  private final Map<String, Object> fields;
  private final String path;
  private final Report report;
  private final Set<String> asked = new HashSet<>();
  private final Map<String, Section> parts = new LinkedHashMap<>();

  Section(Map<?, ?> fields, String path, Report report) {
    Map<String, Object> named = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (value != null) {
            named.put(snake(String.valueOf(name)), value);
          }
        });
    this.fields = named;
    this.path = path;
    this.report = report;
  }

  private static String snake(String name) {
    return CAPITAL.matcher(name).replaceAll("_$1").toLowerCase(Locale.ROOT);
  }

  /** Where it stands, for messages. */
  String path() {
    return path;
  }

  /** Whether a list in it is the same as in another one. */
  boolean isSame(String name, Section other) {
    return Objects.equals(fields.get(name), other.fields.get(name));
  }

  /** Whether it has fields beside those of some names. */
  boolean hasMoreThan(Set<String> names) {
    return !names.containsAll(fields.keySet());
  }

  private @Nullable Object value(String name) {
    asked.add(name);
    return fields.get(name);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** Whether a field is a text, and no message. */
  boolean isText(String name) {
    return fields.get(name) instanceof String;
  }

  /** Takes fields that have nothing to say here. */
  void covered(String... names) {
    asked.addAll(List.of(names));
  }

  /** A text, or a number or truth as one; null where there is none. */
  @Nullable String text(String name) {
    return switch (value(name)) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case null -> null;
      default -> throw wrong(name, "a text");
    };
  }

  /** A whole number; null where there is none. */
  @Nullable Integer number(String name) {
    String text = text(name);
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException _) {
      throw wrong(name, "a whole number");
    }
  }

  boolean isTrue(String name) {
    return "true".equals(text(name));
  }

  /** A message in it; an empty one where there is none. */
  Section section(String name) {
    return switch (value(name)) {
      case Map<?, ?> map -> part(map, path + "." + name);
      case null -> part(Map.of(), path + "." + name);
      default -> throw wrong(name, "a mapping");
    };
  }

  /** The messages of a list in it. */
  List<Section> sections(String name) {
    List<Section> sections = new ArrayList<>();
    int index = 0;
    for (Object element : elements(name)) {
      if (!(element instanceof Map<?, ?> map)) {
        throw wrong(name, "a list of mappings");
      }
      sections.add(part(map, path + "." + name + "[" + index++ + "]"));
    }
    return sections;
  }

  /** The texts of a list in it. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object element : elements(name)) {
      if (element instanceof Map<?, ?> || element instanceof List<?>) {
        throw wrong(name, "a list of texts");
      }
      texts.add(String.valueOf(element));
    }
    return texts;
  }

  /** Messages by names that somebody chose. */
  Map<String, Section> named(String name) {
    Map<String, Section> sections = new LinkedHashMap<>();
    if (value(name) instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (!(value instanceof Map<?, ?> message)) {
              throw wrong(name + "." + key, "a mapping");
            }
            sections.put(String.valueOf(key), part(message, path + "." + name + "." + key));
          });
    }
    return sections;
  }

  private List<?> elements(String name) {
    return switch (value(name)) {
      case List<?> list -> list;
      case null -> List.of();
      default -> throw wrong(name, "a list");
    };
  }

  private Section part(Map<?, ?> map, String name) {
    return parts.computeIfAbsent(name, _ -> new Section(map, name, report));
  }

  private UnreadableEnvoy wrong(String name, String expected) {
    return new UnreadableEnvoy(path + "." + name + " is not " + expected);
  }

  /** Says that it has no equivalent as a whole. */
  void missing(String why) {
    report.missing(path + ": " + why);
    ignored();
  }

  /** Says nothing of it, and of what is below. */
  void ignored() {
    covered(fields.keySet().toArray(String[]::new));
    parts.values().forEach(Section::ignored);
  }

  /** Reports what nobody asked for, here and below. */
  void rest() {
    fields.keySet().stream()
        .filter(name -> !asked.contains(name) && !name.startsWith("@"))
        .forEach(name -> report.missing(path + "." + name));
    parts.values().forEach(Section::rest);
  }
}
