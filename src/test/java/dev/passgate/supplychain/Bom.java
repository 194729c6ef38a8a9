package dev.passgate.supplychain;

import dev.passgate.testing.ProjectFiles;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bill of materials in CycloneDX's JSON. */
record Bom(List<Component> components) {

  Bom {
    components = List.copyOf(components);
  }

  /**
   * A library.
   *
   * @param licences SPDX's ids, or names where there is no id; of several any one may be chosen
   */
  record Component(String group, String name, String version, String purl, Set<String> licences) {

    Component {
      licences = Set.copyOf(licences);
    }

    /** As OSV writes the name of a package of Maven's. */
    String coordinates() {
      return group + ":" + name;
    }
  }

  /** That of this build, which the jar has too. */
  static Bom ofThisBuild() {
    return read(ProjectFiles.resolve("target/classes/META-INF/sbom/application.cdx.json"));
  }

  static Bom read(Path file) {
    JsonNode bom = JsonMapper.shared().readTree(file);
    return new Bom(bom.path("components").valueStream().map(Bom::component).toList());
  }

  private static Component component(JsonNode node) {
    Set<String> licences = new LinkedHashSet<>();
    for (JsonNode choice : node.path("licenses")) {
      JsonNode licence = choice.path("license");
      licences.add(choice.path("expression").asString(licence.path("id").asString(name(licence))));
    }
    return new Component(
        node.path("group").asString(""),
        node.path("name").asString(),
        node.path("version").asString(),
        node.path("purl").asString(""),
        licences);
  }

  private static String name(JsonNode licence) {
    return licence.path("name").asString("no licence");
  }
}
