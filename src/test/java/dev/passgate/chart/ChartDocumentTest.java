package dev.passgate.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.helm.Chart;
import dev.passgate.testing.helm.StrictYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written of the chart is what it is. */
class ChartDocumentTest {

  private static final String BEGIN = "<!-- values -->\n";
  private static final String END = "<!-- /values -->";
  private static final Pattern LINE = Pattern.compile("( *)(?:# -- (.*)|([A-Za-z]+):(.*))");

  private static String read(String file) throws IOException {
    return Files.readString(Chart.folder().resolve(file));
  }

  @Test
  void hasTheVersionOfTheProject() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>passgate</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(ProjectFiles.resolve("pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(StrictYaml.read(read("Chart.yaml")))
        .containsEntry("appVersion", version.group(1))
        .containsEntry("version", version.group(1));
  }

  /** Where this fails, the table that should be there is in target/charts-values.md. */
  @Test
  void listsEachValueWithItsDefault() throws IOException {
    String readme = read("README.md");
    String table = readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END));
    String expected = table(read("values.yaml"), StrictYaml.read(read("values.yaml")));
    Files.writeString(ProjectFiles.root().resolve("target/charts-values.md"), expected);

    assertThat(table).isEqualTo(expected);
  }

  @Test
  void describesEachValueInTheSchema() throws IOException {
    JsonNode schema = JsonMapper.shared().readTree(read("values.schema.json"));

    assertStrict(schema, StrictYaml.read(read("values.yaml")), "");
  }

  /** A part of the values that somebody may shape freely has no properties in the schema. */
  private static void assertStrict(JsonNode schema, Map<?, ?> values, String path) {
    assertThat(schema.path("additionalProperties").asString("")).as(path).isEqualTo("false");
    values.forEach(
        (key, value) -> {
          JsonNode property = schema.path("properties").path(key.toString());
          assertThat(property.isObject()).as(path + "/" + key).isTrue();
          if (value instanceof Map<?, ?> map && property.path("additionalProperties").isBoolean()) {
            assertStrict(property, map, path + "/" + key);
          }
        });
  }

  /** Lines of values.yaml below each "# --", with the value as one line of JSON. */
  private static String table(String text, Map<String, Object> values) {
    List<String> rows = new ArrayList<>(List.of("| value | default | |", "| --- | --- | --- |"));
    Deque<String> path = new ArrayDeque<>();
    String description = "";
    for (String line : text.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      if (matcher.group(2) != null) {
        description = matcher.group(2);
        continue;
      }
      while (path.size() > matcher.group(1).length() / 2) {
        path.removeLast();
      }
      path.addLast(matcher.group(3));
      if (!description.isEmpty()) {
        rows.add(
            "| `%s` | `%s` | %s |"
                .formatted(String.join(".", path), valueAt(values, path), description));
        description = "";
      }
    }
    return rows.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  private static String valueAt(Map<String, Object> values, Deque<String> path) {
    Object value = values;
    for (String key : path) {
      value = requireNonNull(((Map<?, ?>) requireNonNull(value)).get(key), key);
    }
    return JsonMapper.shared().writeValueAsString(value);
  }
}
