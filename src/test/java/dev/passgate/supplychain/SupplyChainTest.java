package dev.passgate.supplychain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** That everything which the product is made of may be in it, and is there for a reason. */
class SupplyChainTest {

  /** That a product under Apache-2.0 may have within it, unchanged, and be given away with. */
  private static final Set<String> ALLOWED =
      Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0");

  private static String read(String file) throws IOException {
    return Files.readString(ProjectFiles.resolve(file));
  }

  @Test
  void everyLibraryHasALicenceThatIsAllowed() {
    List<Bom.Component> components = Bom.ofThisBuild().components();
    assertThat(components).hasSizeGreaterThan(50);
    assertThat(components)
        .allSatisfy(
            component ->
                assertThat(Collections.disjoint(component.licences(), ALLOWED))
                    .as("%s has none of %s: %s", component, ALLOWED, component.licences())
                    .isFalse());
  }

  @Test
  void everyLibraryIsNamedInTheNotice() throws IOException {
    String notice = read("NOTICE");
    Set<String> named =
        Set.copyOf(
            notice
                .lines()
                .filter(line -> line.matches(" {2}[a-z][\\w.-]+ {2,}\\S.*"))
                .map(line -> line.strip().replaceFirst(" .*", ""))
                .toList());
    List<String> groups =
        Bom.ofThisBuild().components().stream().map(Bom.Component::group).distinct().toList();
    assertThat(named).containsExactlyInAnyOrderElementsOf(groups);
  }

  @Test
  void bomIsOfTheLibrariesOnTheClassPath() {
    List<String> names =
        Bom.ofThisBuild().components().stream()
            .map(component -> component.name() + "-" + component.version())
            .toList();
    assertThat(names)
        .anyMatch(name -> name.startsWith("netty-codec-http-4."))
        .anyMatch(name -> name.startsWith("spring-cloud-gateway-server-webflux-"))
        .noneMatch(name -> name.startsWith("trino-jdbc-"))
        .noneMatch(name -> name.startsWith("junit-"));
  }

  /** The dependencies and plugins that the pom itself names, in all profiles. */
  @Test
  void everyDependencyAndPluginHasAReason() throws Exception {
    String reasons = read("RATIONALE.md");
    String section = reasons.substring(reasons.indexOf("\n## Dependencies\n"));
    Document pom =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(ProjectFiles.resolve("pom.xml").toFile());
    List<String> artifacts =
        Stream.of("dependency", "plugin", "path")
            .map(pom::getElementsByTagName)
            .flatMap(SupplyChainTest::elements)
            .map(element -> text(element, "artifactId"))
            .distinct()
            .filter(artifact -> !artifact.equals("spring-cloud-dependencies"))
            .toList();
    assertThat(artifacts).hasSizeGreaterThan(30);
    assertThat(artifacts)
        .as("named in a table of RATIONALE.md, Dependencies")
        .allSatisfy(artifact -> assertThat(section).contains("`" + artifact + "`"));
  }

  /** Nothing follows what others publish: no ranges, no LATEST. */
  @Test
  void everyVersionIsOneVersion() throws IOException {
    assertThat(read("pom.xml").lines())
        .filteredOn(line -> line.contains("version>"))
        .filteredOn(line -> !line.contains("<version>["))
        .noneMatch(line -> line.matches(".*>\\s*(LATEST|RELEASE|[(].*|.*,.*)\\s*<.*"));
    assertThat(read(".mvn/wrapper/maven-wrapper.properties"))
        .containsPattern("(?m)^distributionSha256Sum=[0-9a-f]{64}$");
  }

  @Test
  void everyActionAndImageIsOneVersion() throws IOException {
    List<String> used =
        Stream.concat(
                read(".github/workflows/build.yml").lines().filter(line -> line.contains("uses:")),
                Stream.concat(
                        read("docker-compose.yml").lines(),
                        Stream.concat(
                            read("Dockerfile").lines(), read("config/runtime.Dockerfile").lines()))
                    .filter(
                        line ->
                            line.matches(
                                "\\s+image: .*/.*|FROM (?!installed)[a-z].*|ARG RUNTIME=.*")))
            .toList();
    assertThat(used)
        .hasSizeGreaterThan(10)
        .allMatch(line -> line.matches(".*[:@]v?\\d[\\w.@:-]*( AS \\w+)?"));
  }

  private static Stream<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).map(Element.class::cast);
  }

  private static String text(Element element, String name) {
    return element.getElementsByTagName(name).item(0).getTextContent().strip();
  }
}
