package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.passgate.protocol.RowValues;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 in UTF-8, with a header line and CRLF. NULL is an empty field, the empty string one with
 * two quotes. Columns keep Trino's names, for they are told apart by their place. Text stays as it
 * is, also where a spreadsheet would take it for a formula: any prefix would be a change of data.
 *
 * <p>After a failure there is a last line with the error in a field whose quote never ends, so that
 * a reader that did not notice the cut finds no valid end either.
 */
final class CsvWriter implements ResultWriter {

  private static final byte[] LINE_END = {'\r', '\n'};

  /** Whose texts hold no comma, no quote and no line break, and are never empty. */
  private static final Set<String> PLAIN =
      Set.of(
          "decimal",
          "date",
          "time",
          "time with time zone",
          "timestamp",
          "timestamp with time zone",
          "interval year to month",
          "interval day to second",
          "real",
          "double",
          "uuid",
          "ipaddress");

  /** Values that had to be written anew before they are quoted. */
  private final ByteOutput reshaped = new ByteOutput();

  private boolean[] plain = {};
  private @Nullable JsonShape[] shapes = {};

  @Override
  public void begin(List<Column> columns, ByteOutput out) {
    plain = new boolean[columns.size()];
    shapes = new JsonShape[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      plain[i] = PLAIN.contains(column.signature().base());
      shapes[i] = JsonShape.of(column.signature());
      if (i > 0) {
        out.write(',');
      }
      byte[] name = column.name().getBytes(UTF_8);
      quoteIfNeeded(name, 0, name.length, out);
    }
    if (!columns.isEmpty()) {
      out.write(LINE_END);
    }
  }

  @Override
  public void row(RowValues values, ByteOutput out) {
    int size = out.size();
    try {
      fields(values, out);
    } catch (UnreadableResultException e) {
      out.truncate(size);
      throw e;
    }
  }

  private void fields(RowValues values, ByteOutput out) {
    byte[] source = values.bytes();
    for (int i = 0; i < plain.length; i++) {
      if (!values.next()) {
        throw JsonObject.notAsMany();
      }
      if (i > 0) {
        out.write(',');
      }
      int start = values.start();
      int end = values.end();
      if (values.isString()) {
        string(values, plain[i], out);
      } else if (source[start] == '[' || source[start] == '{') {
        container(values, shapes[i], out);
      } else if (!values.isNull()) {
        out.write(source, start, end);
      }
    }
    if (values.next()) {
      throw JsonObject.notAsMany();
    }
    out.write(LINE_END);
  }

  private static void string(RowValues values, boolean plain, ByteOutput out) {
    byte[] source = values.bytes();
    int start = values.start();
    int end = values.end();
    if (values.isEscaped()) {
      byte[] text = new byte[end - start];
      quoteIfNeeded(text, 0, JsonText.unescape(source, start + 1, end - 1, text, 0), out);
    } else if (plain || (end - start > 2 && !hasComma(source, start + 1, end - 1))) {
      out.write(source, start + 1, end - 1);
    } else {
      // without escapes, a string of JSON is a quoted field
      out.write(source, start, end);
    }
  }

  private void container(RowValues values, @Nullable JsonShape shape, ByteOutput out) {
    if (shape == null) {
      quoteIfNeeded(values.bytes(), values.start(), values.end(), out);
    } else {
      reshaped.truncate(0);
      JsonShape.write(shape, values, reshaped);
      quoteIfNeeded(reshaped.array(), 0, reshaped.size(), out);
    }
  }

  private static boolean hasComma(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == ',') {
        return true;
      }
    }
    return false;
  }

  private static void quoteIfNeeded(byte[] bytes, int from, int to, ByteOutput out) {
    boolean needed = from == to;
    int quotes = 0;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      quotes += b == '"' ? 1 : 0;
      needed |= b == '"' || b == ',' || b == '\n' || b == '\r';
    }
    if (!needed) {
      out.write(bytes, from, to);
      return;
    }
    byte[] target = out.reserve(to - from + quotes + 2);
    int at = out.size();
    target[at++] = '"';
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        target[at++] = '"';
      }
      target[at++] = b;
    }
    target[at++] = '"';
    out.advance(at - out.size());
  }

  @Override
  public void complete(ByteOutput out) {}

  @Override
  public void fail(QueryError error, ByteOutput out) {
    String message = "query failed: " + error.name() + ": " + error.message();
    out.write("\"" + message.replace("\"", "\"\"") + "\r\n");
  }

  @Override
  public boolean cutsOnFailure() {
    return true;
  }
}
