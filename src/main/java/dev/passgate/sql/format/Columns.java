package dev.passgate.sql.format;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a page says of its columns, the array {@code columns}. */
public final class Columns {

  /** Columns, and the types within theirs, all together. */
  static final int MAX_TYPES = 100_000;

  /** Of types within types. */
  static final int MAX_DEPTH = 64;

  private static final int JSON_LEVELS_A_TYPE = 4;

  /** Names are not kept between documents, for strangers choose them. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth((MAX_DEPTH + 2) * JSON_LEVELS_A_TYPE)
                          .build())
                  .build())
          .build();

  private int types;

  private Columns() {}

  /**
   * Reads the columns.
   *
   * @param start of the text of the array
   * @param end after it
   * @throws UnreadableResultException if they are not as Trino writes them, or too many
   */
  public static List<Column> parse(byte[] bytes, int start, int end) {
    try {
      return new Columns().columns(JSON.readTree(bytes, start, end - start));
    } catch (JacksonException e) {
      throw new UnreadableResultException("the columns are not JSON of Trino's form");
    }
  }

  private List<Column> columns(JsonNode array) {
    require(array.isArray(), "the columns are no array");
    List<Column> columns = new ArrayList<>(array.size());
    for (JsonNode column : array) {
      String name = text(column.path("name"), "a column has no name");
      String type = text(column.path("type"), "a column has no type");
      columns.add(new Column(name, type, type(column.path("typeSignature"), 1)));
    }
    return List.copyOf(columns);
  }

  private Column.Type type(JsonNode signature, int depth) {
    String base = text(signature.path("rawType"), "a type has no name");
    types++;
    require(types <= MAX_TYPES, "there are more than " + MAX_TYPES + " columns and fields");
    require(depth <= MAX_DEPTH, "a type is nested deeper than " + MAX_DEPTH);
    List<Column.Type> parameters = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    for (JsonNode argument : signature.path("arguments")) {
      JsonNode value = argument.path("value");
      switch (argument.path("kind").asString("")) {
        case "TYPE" -> parameters.add(type(value, depth + 1));
        case "NAMED_TYPE" -> {
          names.add(value.path("fieldName").path("name").asString(""));
          parameters.add(type(value.path("typeSignature"), depth + 1));
        }
        case "LONG" -> {
          require(
              value.isIntegralNumber() && value.canConvertToLong(), "a type has no such number");
          numbers.add(value.longValue());
        }
        // the name of a variable says nothing about values
        case "VARIABLE" -> {}
        default -> throw new UnreadableResultException("a type has an argument of no known kind");
      }
    }
    return new Column.Type(base, parameters, names, numbers);
  }

  private static String text(JsonNode node, String otherwise) {
    require(node.isString(), otherwise);
    return node.stringValue();
  }

  private static void require(boolean met, String otherwise) {
    if (!met) {
      throw new UnreadableResultException(otherwise);
    }
  }
}
