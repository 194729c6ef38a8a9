package dev.passgate.sql.format;

import dev.passgate.protocol.RowValues;
import java.util.List;

/**
 * A row is an object on a line, and there is nothing else: so it can be read by what knows nothing
 * of us. After a failure the last line is an object whose one member is {@code error}, and the
 * answer is cut, as a table may have a column of that name.
 */
final class NdjsonWriter implements ResultWriter {

  private JsonObject object = JsonObject.of(List.of());

  @Override
  public void begin(List<Column> columns, ByteOutput out) {
    object = JsonObject.of(columns);
  }

  @Override
  public void row(RowValues values, ByteOutput out) {
    int size = out.size();
    try {
      object.write(values, out);
      out.write('\n');
    } catch (UnreadableResultException e) {
      out.truncate(size);
      throw e;
    }
  }

  @Override
  public void complete(ByteOutput out) {}

  @Override
  public void fail(QueryError error, ByteOutput out) {
    out.write(Json.text(Json.object().set("error", Json.put(Json.object(), error))) + "\n");
  }

  @Override
  public boolean cutsOnFailure() {
    return true;
  }
}
