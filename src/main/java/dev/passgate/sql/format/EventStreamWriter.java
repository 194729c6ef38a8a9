package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.passgate.protocol.RowValues;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Server-sent events (WHATWG HTML, section 9.2), one each for the columns, a row, and how it ended.
 * No value holds a line break: within JSON they are escaped.
 */
final class EventStreamWriter implements ResultWriter {

  private static final byte[] BEFORE_ROW = "data: {\"type\":\"row\",\"data\":".getBytes(US_ASCII);
  private static final byte[] AFTER_ROW = "}\n\n".getBytes(US_ASCII);
  private static final byte[] COMMENT = ":\n\n".getBytes(US_ASCII);

  private JsonObject object = JsonObject.of(List.of());

  @Override
  public void begin(List<Column> columns, ByteOutput out) {
    object = JsonObject.of(columns);
    ObjectNode event = event("metadata");
    event.set("columns", Json.columns(columns, object.names()));
    write(event, out);
  }

  @Override
  public void row(RowValues values, ByteOutput out) {
    int size = out.size();
    try {
      out.write(BEFORE_ROW);
      object.write(values, out);
      out.write(AFTER_ROW);
    } catch (UnreadableResultException e) {
      out.truncate(size);
      throw e;
    }
  }

  @Override
  public void complete(ByteOutput out) {
    write(event("complete"), out);
  }

  @Override
  public void fail(QueryError error, ByteOutput out) {
    write(Json.put(event("error"), error), out);
  }

  @Override
  public void progress(Progress progress, ByteOutput out) {
    write(
        event("progress")
            .put("state", progress.state())
            .put("percent", progress.percent())
            .put("rows", progress.rows())
            .put("bytes", progress.bytes())
            .put("elapsedMillis", progress.elapsedMillis()),
        out);
  }

  @Override
  public void heartbeat(ByteOutput out) {
    out.write(COMMENT);
  }

  /** A stream without {@code complete} or {@code error} is not whole, and says so by that. */
  @Override
  public boolean cutsOnFailure() {
    return false;
  }

  private static ObjectNode event(String type) {
    return Json.object().put("type", type);
  }

  private static void write(ObjectNode event, ByteOutput out) {
    out.write("data: " + Json.text(event) + "\n\n");
  }
}
