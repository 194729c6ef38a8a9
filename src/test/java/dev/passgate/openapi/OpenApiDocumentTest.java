package dev.passgate.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.openapi.Description;
import dev.passgate.testing.openapi.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That {@code docs/openapi.yaml} is a description that tools can read. */
class OpenApiDocumentTest {

  /** The OpenAPI Initiative's: of a document, and of the schemas in it too. */
  private static final String OFFICIAL = "https://spec.openapis.org/oas/3.1/schema-base/2025-09-15";

  private static final String TEXT = text();
  private static final Description DESCRIPTION = Description.of(TEXT);

  private static String text() {
    try {
      return Files.readString(ProjectFiles.resolve("docs/openapi.yaml"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code openapi-parser} has the schemas as resources, which are named as their addresses. */
  private static Schema official() {
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(OpenApiDocumentTest::published))
        .getSchema(SchemaLocation.of(OFFICIAL));
  }

  private static @Nullable String published(String address) {
    String name = address.replace("https://spec.openapis.org/oas/", "/openapi/");
    try (InputStream resource = OpenApiDocumentTest.class.getResourceAsStream(name)) {
      return resource == null ? null : new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> objections(JsonNode document) {
    return official().validate(document).stream().map(Objects::toString).toList();
  }

  @Test
  void isWhatOpenApiAsksFor() {
    assertThat(DESCRIPTION.root().get("openapi").stringValue()).startsWith("3.1.");
    assertThat(objections(DESCRIPTION.root())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operationId: query>operationID: query",
        "in: path>in: road",
        "type: apiKey>type: key",
        "minLength: 1>minLength: one",
        "additionalProperties: false>additionalProperties: 7",
        "'200':>'2000':"
      })
  void wouldNotBeWithAMistake(String mistake) {
    String[] change = mistake.split(">", 2);
    assertThat(TEXT).contains(change[0]);

    assertThat(objections(Description.of(TEXT.replace(change[0], change[1])).root())).isNotEmpty();
  }

  @Test
  void isReadAlikeAsYaml11() {
    Object old = new Yaml(new SafeConstructor(new LoaderOptions())).load(TEXT);

    assertThat(JsonMapper.builder().build().writeValueAsString(old))
        .isEqualTo(DESCRIPTION.root().toString());
  }

  @Test
  void refersToNothingThatIsNotThere() {
    List<String> references = new ArrayList<>();
    DESCRIPTION
        .root()
        .findValues("$ref")
        .forEach(reference -> references.add(reference.stringValue()));

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference -> {
              assertThat(reference).startsWith("#/");
              assertThat(DESCRIPTION.has(reference.substring(1))).isTrue();
            });
  }

  @Test
  void saysNothingThatNothingRefersTo() {
    String text = DESCRIPTION.root().toString();
    for (String kind : DESCRIPTION.names("/components")) {
      for (String name : DESCRIPTION.names("/components/" + kind)) {
        assertThat(text)
            .containsPattern(
                kind.equals("securitySchemes")
                    ? "\"" + name + "\":\\[\\]"
                    : "#/components/" + kind + "/" + name + "[\"/]");
      }
    }
  }

  @Test
  void namesEachOperationOnce() {
    assertThat(DESCRIPTION.operations())
        .extracting(Operation::id)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(20);
  }

  @Test
  void namesTheParametersOfPaths() {
    for (Operation operation : DESCRIPTION.operations()) {
      Set<String> named = new TreeSet<>();
      Matcher braces = Pattern.compile("\\{([^}]+)}").matcher(operation.path());
      while (braces.find()) {
        named.add(braces.group(1));
      }
      assertThat(operation.parameters("path"))
          .extracting(Operation.Parameter::name)
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @Test
  void asksForSchemesThatThereAre() {
    Set<String> schemes = new HashSet<>(DESCRIPTION.names("/components/securitySchemes"));
    schemes.add("");

    for (Operation operation : DESCRIPTION.operations()) {
      assertThat(schemes).as(operation.toString()).containsAll(operation.schemes());
    }
  }

  @Test
  void hasExamplesThatAreAsItSays() {
    int examples = 0;
    for (Operation operation : DESCRIPTION.operations()) {
      for (String type : operation.requestTypes()) {
        assertThat(operation.bodies(type)).anyMatch(Operation.Example::isGood);
        examples += goodExamples(operation, operation.request(type));
      }
      for (Operation.Parameter parameter : operation.parameters()) {
        assertThat(operation.examples(parameter.place()))
            .as(parameter.name())
            .anyMatch(Operation.Example::isGood);
        examples += goodExamples(operation, parameter.place());
      }
      for (int status : operation.statuses()) {
        for (String type : operation.types(Integer.toString(status))) {
          String response = operation.response(Integer.toString(status));
          examples += goodExamples(operation, DESCRIPTION.member(response + "/content", type));
        }
      }
    }
    assertThat(examples).isGreaterThan(30);
  }

  private static int goodExamples(Operation operation, String place) {
    List<Operation.Example> good =
        operation.examples(place).stream().filter(Operation.Example::isGood).toList();
    for (Operation.Example example : good) {
      assertThat(DESCRIPTION.objections(place + "/schema", example.value()))
          .as(place + " " + example.name())
          .isEmpty();
    }
    return good.size();
  }

  @Test
  void isOfThisVersion() throws IOException {
    String pom = Files.readString(ProjectFiles.resolve("pom.xml"));

    assertThat(pom.replaceAll("(?s)<parent>.*?</parent>", ""))
        .containsPattern(
            "<version>"
                + Pattern.quote(DESCRIPTION.at("/info/version").stringValue())
                + "(-SNAPSHOT)?</version>");
  }

  @Test
  void isOnTheClassPathAsItIsInTheDocuments() throws IOException {
    try (InputStream served = OpenApiService.class.getResourceAsStream("openapi.yaml")) {
      assertThat(new String(served.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }
  }

  @Test
  void hasLinesThatCanBeRead() {
    assertThat(TEXT.lines().filter(line -> line.length() > 120).collect(Collectors.toList()))
        .isEmpty();
  }

  @Test
  void describesNoTwoPathsThatAreOne() {
    assertThat(DESCRIPTION.names("/paths"))
        .extracting(path -> path.replaceAll("\\{[^}]+}", "{}"))
        .doesNotHaveDuplicates();
  }
}
