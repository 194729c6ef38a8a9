package dev.passgate.testing.openapi;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * An OpenAPI 3.1 description in one document. Places in it are JSON pointers, so that what is found
 * there can be looked up with what it refers to.
 */
public final class Description {

  private static final String HERE = "https://passgate.test/openapi";

  /** The members of a path item that are operations and can be sent. */
  private static final Set<String> METHODS =
      Set.of("get", "head", "post", "put", "patch", "delete", "options", "trace");

  private final JsonNode root;
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  private Description(JsonNode root) {
    this.root = root;
    this.registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(HERE, root.toString())));
  }

  /** Reads YAML 1.2 in which no member is there twice. */
  public static Description read(Path file) {
    try {
      return of(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a file with this text. */
  public static Description of(String yaml) {
    return new Description(
        YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readTree(yaml));
  }

  public JsonNode root() {
    return root;
  }

  /** What stands at a place, which must be there. */
  public JsonNode at(String pointer) {
    return root.requiredAt(pointer);
  }

  /** Whether there is something at a place. */
  public boolean has(String pointer) {
    return !root.at(pointer).isMissingNode();
  }

  /** The place that a reference leads to, or the place itself where none stands there. */
  public String follow(String pointer) {
    JsonNode reference = at(pointer).get("$ref");
    return reference == null ? pointer : follow(reference.stringValue().substring(1));
  }

  /** The place of a member, after the reference to it, if there is one. */
  public String member(String pointer, String name) {
    return follow(pointer + "/" + name.replace("~", "~0").replace("/", "~1"));
  }

  /** The names of an object's members; of none where there is no object. */
  public List<String> names(String pointer) {
    return List.copyOf(root.at(pointer).propertyNames());
  }

  /** Every operation, in the order of the document. */
  public List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (String path : names("/paths")) {
      String item = member("/paths", path);
      for (String method : names(item)) {
        if (METHODS.contains(method)) {
          operations.add(new Operation(this, path, item, method));
        }
      }
    }
    return operations;
  }

  /** What a schema of the document has against a value; nothing where the value is as it says. */
  public List<String> objections(String schema, JsonNode value) {
    return schemas
        .computeIfAbsent(
            schema, pointer -> registry.getSchema(SchemaLocation.of(HERE + "#" + encoded(pointer))))
        .validate(value)
        .stream()
        .map(Objects::toString)
        .toList();
  }

  /** In the fragment of a URI (RFC 6901, section 6). */
  private static String encoded(String pointer) {
    return pointer.replace("{", "%7B").replace("}", "%7D");
  }
}
