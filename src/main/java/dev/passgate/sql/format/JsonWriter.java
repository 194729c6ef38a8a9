package dev.passgate.sql.format;

import dev.passgate.protocol.RowValues;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * One document with all rows. After a failure it has the member {@code error} and lacks its last
 * bracket: it can be read by people and by what parses as it reads, and no parser takes it for a
 * document, not even where the cut was not noticed.
 */
final class JsonWriter implements ResultWriter {

  private JsonObject object = JsonObject.of(List.of());
  private boolean begun;
  private boolean first = true;

  @Override
  public void begin(List<Column> columns, ByteOutput out) {
    begun = true;
    object = JsonObject.of(columns);
    ObjectNode metadata = Json.object();
    metadata.set("columns", Json.columns(columns, object.names()));
    out.write("{\"metadata\":" + Json.text(metadata) + ",\"data\":[");
  }

  @Override
  public void row(RowValues values, ByteOutput out) {
    int size = out.size();
    try {
      if (!first) {
        out.write(',');
      }
      out.write('\n');
      object.write(values, out);
      first = false;
    } catch (UnreadableResultException e) {
      out.truncate(size);
      throw e;
    }
  }

  @Override
  public void complete(ByteOutput out) {
    out.write("]}\n");
  }

  @Override
  public void fail(QueryError error, ByteOutput out) {
    out.write(
        (begun ? "],\n" : "{") + "\"error\":" + Json.text(Json.put(Json.object(), error)) + "\n");
  }

  /** White space, which may stand between any two rows. */
  @Override
  public void heartbeat(ByteOutput out) {
    out.write('\n');
  }

  @Override
  public boolean cutsOnFailure() {
    return true;
  }
}
