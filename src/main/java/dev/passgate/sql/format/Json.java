package dev.passgate.sql.format;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON about a result; that of its rows is {@link JsonObject}'s. */
final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /** A text with quotes around it. */
  static String string(String text) {
    return MAPPER.writeValueAsString(text);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static String text(ObjectNode object) {
    return MAPPER.writeValueAsString(object);
  }

  /**
   * The columns under the names that they have in rows, and under Trino's where these are others.
   */
  static ArrayNode columns(List<Column> columns, List<String> names) {
    ArrayNode array = MAPPER.createArrayNode();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      ObjectNode node = array.addObject().put("name", names.get(i)).put("type", column.type());
      if (!column.name().equals(names.get(i))) {
        node.put("originalName", column.name());
      }
    }
    return array;
  }

  /** Adds the members of an error, named as {@code io.trino.client.QueryError} names them. */
  static ObjectNode put(ObjectNode node, QueryError error) {
    node.put("message", error.message())
        .put("errorCode", error.code())
        .put("errorName", error.name())
        .put("errorType", error.type());
    if (error.line() != null && error.column() != null) {
      node.putObject("errorLocation")
          .put("lineNumber", error.line())
          .put("columnNumber", error.column());
    }
    if (error.queryId() != null) {
      node.put("queryId", error.queryId());
    }
    return node;
  }
}
