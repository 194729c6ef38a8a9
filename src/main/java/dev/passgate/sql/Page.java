package dev.passgate.sql;

import dev.passgate.protocol.PageReader;
import dev.passgate.protocol.RowValues;
import dev.passgate.sql.format.Column;
import dev.passgate.sql.format.Columns;
import dev.passgate.sql.format.Progress;
import dev.passgate.sql.format.QueryError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a page says beside its rows ({@code io.trino.client.QueryResults}), while it is read. */
final class Page implements PageReader.Sink {

  /** Takes a row while it is lent, with what the page has said before it. */
  interface Rows {
    void row(Page page, RowValues values);
  }

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Rows rows;
  private final RowValues values = new RowValues();

  private @Nullable String id;
  private @Nullable String nextUri;
  private @Nullable List<Column> columns;
  private @Nullable QueryError error;
  private @Nullable Progress progress;

  Page(Rows rows) {
    this.rows = rows;
  }

  @Override
  public void row(byte[] bytes, int start, int end) {
    rows.row(this, values.of(bytes, start, end));
  }

  @Override
  public void member(String name, byte[] bytes, int start, int end) {
    try {
      switch (name) {
        case "id" -> id = tree(bytes, start, end).asString();
        case "nextUri" -> nextUri = tree(bytes, start, end).asString();
        case "columns" -> columns = Columns.parse(bytes, start, end);
        case "stats" -> progress = progress(tree(bytes, start, end));
        case "error" -> error = error(tree(bytes, start, end));
        default -> {}
      }
    } catch (JacksonException e) {
      throw new TrinoException("the cluster sent a page that is not valid JSON");
    }
  }

  private static JsonNode tree(byte[] bytes, int start, int end) {
    return JSON.readTree(bytes, start, end - start);
  }

  private static Progress progress(JsonNode stats) {
    return new Progress(
        stats.path("state").asString(""),
        stats.path("progressPercentage").asDouble(0),
        stats.path("processedRows").asLong(0),
        stats.path("processedBytes").asLong(0),
        stats.path("elapsedTimeMillis").asLong(0));
  }

  private QueryError error(JsonNode error) {
    JsonNode location = error.path("errorLocation");
    return new QueryError(
        error.path("message").asString("the query failed"),
        error.path("errorCode").asInt(0),
        error.path("errorName").asString("GENERIC_INTERNAL_ERROR"),
        error.path("errorType").asString("INTERNAL_ERROR"),
        location.isObject() ? location.path("lineNumber").asInt() : null,
        location.isObject() ? location.path("columnNumber").asInt() : null,
        id);
  }

  @Nullable String id() {
    return id;
  }

  @Nullable String nextUri() {
    return nextUri;
  }

  @Nullable List<Column> columns() {
    return columns;
  }

  @Nullable QueryError error() {
    return error;
  }

  @Nullable Progress progress() {
    return progress;
  }
}
