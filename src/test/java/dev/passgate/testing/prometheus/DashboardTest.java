package dev.passgate.testing.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.ProjectFiles;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** That the files which Grafana and Prometheus are given fit one another. */
class DashboardTest {

  private static final Dashboard DASHBOARD = Dashboard.read();
  private static final YAMLMapper YAML = new YAMLMapper();

  private static JsonNode yaml(String file) {
    return YAML.readTree(ProjectFiles.resolve(file));
  }

  @Test
  void panelsHaveIdsOfTheirOwnAndRoomOfTheirOwn() {
    List<JsonNode> panels = DASHBOARD.panels();
    assertThat(panels).hasSizeGreaterThan(20);
    assertThat(panels.stream().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    assertThat(panels.stream().map(panel -> panel.path("title").asString()))
        .doesNotHaveDuplicates()
        .noneMatch(String::isBlank);
    Set<List<Integer>> taken = new HashSet<>();
    for (JsonNode panel : panels) {
      JsonNode place = panel.path("gridPos");
      int left = place.path("x").asInt();
      int right = left + place.path("w").asInt();
      assertThat(right).isLessThanOrEqualTo(24);
      for (int x = left; x < right; x++) {
        int top = place.path("y").asInt();
        for (int y = top; y < top + place.path("h").asInt(); y++) {
          assertThat(taken.add(List.of(x, y))).as("%s at %d, %d", panel, x, y).isTrue();
        }
      }
    }
  }

  @Test
  void dashboardAsksTheDataSourceThatIsProvisioned() {
    JsonNode source =
        yaml("config/grafana/provisioning/datasources/prometheus.yml").path("datasources").path(0);
    assertThat(DASHBOARD.datasources()).containsExactly(source.path("uid").asString());
    assertThat(source.path("type").asString()).isEqualTo("prometheus");
    String host = URI.create(source.path("url").asString()).getHost();
    assertThat(yaml("docker-compose.yml").path("services").has(host))
        .as("a service of docker-compose.yml: " + host)
        .isTrue();
    assertThat(source.path("jsonData").path("timeInterval").asString())
        .isEqualTo(
            yaml("config/prometheus/prometheus.yml")
                .path("global")
                .path("scrape_interval")
                .asString());
  }

  @Test
  void composeGivesTheServicesWhatTheProjectHas() {
    JsonNode services = yaml("docker-compose.yml").path("services");
    for (String service : List.of("prometheus", "grafana")) {
      assertThat(services.path(service).path("profiles").path(0).asString())
          .isEqualTo("observability");
      for (JsonNode volume : services.path(service).path("volumes")) {
        assertThat(ProjectFiles.resolve(volume.asString().replaceFirst(":.*", ""))).exists();
      }
    }
    String dashboards =
        yaml("config/grafana/provisioning/dashboards/passgate.yml")
            .path("providers")
            .path(0)
            .path("options")
            .path("path")
            .asString();
    assertThat(services.path("grafana").path("volumes").valueStream().map(JsonNode::asString))
        .contains("./config/grafana/dashboards:" + dashboards + ":ro");
  }

  /** Each may be one of several jobs and replicas, and chosen. */
  @Test
  void expressionsAreOfTheReplicasThatWereChosen() {
    assertThat(DASHBOARD.queries())
        .allSatisfy(
            query ->
                assertThat(query.expression())
                    .as(query.panel())
                    .contains("job=~\"$job\", instance=~\"$instance\""));
  }
}
