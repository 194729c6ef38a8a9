package dev.passgate.testing.prometheus;

import dev.passgate.testing.ProjectFiles;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard that Grafana is given. */
public final class Dashboard {

  private final JsonNode json;

  private Dashboard(JsonNode json) {
    this.json = json;
  }

  /**
   * One expression of a panel.
   *
   * @param expression as in the file, with Grafana's variables
   */
  public record Query(String panel, String datasource, String expression) {

    /** What Grafana would send where everything is chosen. */
    public String sent() {
      return expression.replace("$__rate_interval", "20s").replaceAll("\\$(job|instance)\\b", ".*");
    }
  }

  public static Dashboard read() {
    return new Dashboard(
        JsonMapper.shared()
            .readTree(ProjectFiles.resolve("config/grafana/dashboards/passgate.json")));
  }

  public List<JsonNode> panels() {
    return json.path("panels").valueStream().toList();
  }

  /** The data sources that are named anywhere. */
  public List<String> datasources() {
    return json.findValues("datasource").stream()
        .map(source -> source.path("uid").asString())
        .distinct()
        .toList();
  }

  public List<Query> queries() {
    return panels().stream().flatMap(Dashboard::queries).toList();
  }

  private static Stream<Query> queries(JsonNode panel) {
    return panel
        .path("targets")
        .valueStream()
        .map(
            target ->
                new Query(
                    panel.path("title").asString(),
                    target.path("datasource").path("uid").asString(),
                    target.path("expr").asString()));
  }

  /** The queries by which its variables are filled, {@code label_values(series, label)}. */
  public List<String> variables() {
    return json.path("templating")
        .path("list")
        .valueStream()
        .map(variable -> variable.path("query").path("query").asString())
        .toList();
  }
}
