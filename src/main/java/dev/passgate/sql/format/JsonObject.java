package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.passgate.protocol.RowValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows as objects. What stands between two values is made once. Not thread-safe. */
final class JsonObject {

  private final List<String> names;

  /** What stands before each value: bracket or comma, name, colon. */
  private final byte[][] prefixes;

  private final @Nullable JsonShape[] shapes;

  /** With the brackets of an object without members. */
  private final int prefixBytes;

  private JsonObject(List<String> names, List<Column.Type> types) {
    this.names = names;
    this.prefixes = new byte[names.size()][];
    this.shapes = new JsonShape[names.size()];
    int total = 2;
    for (int i = 0; i < prefixes.length; i++) {
      prefixes[i] = ((i == 0 ? '{' : ',') + Json.string(names.get(i)) + ':').getBytes(UTF_8);
      shapes[i] = JsonShape.of(types.get(i));
      total += prefixes[i].length;
    }
    this.prefixBytes = total;
  }

  static JsonObject of(List<Column> columns) {
    return new JsonObject(
        DistinctNames.of(columns.stream().map(Column::name).toList(), "_col"),
        columns.stream().map(Column::signature).toList());
  }

  static JsonObject ofFields(Column.Type row) {
    return new JsonObject(DistinctNames.of(row.names(), "field"), row.parameters());
  }

  /** In the order of the columns. */
  List<String> names() {
    return names;
  }

  /**
   * Writes a row.
   *
   * @throws UnreadableResultException if it has not as many values as there are names
   */
  void write(RowValues values, ByteOutput out) {
    byte[] source = values.bytes();
    byte[] target = out.reserve(prefixBytes + values.left());
    int at = out.size();
    for (int i = 0; i < prefixes.length; i++) {
      if (!values.next()) {
        throw notAsMany();
      }
      byte[] prefix = prefixes[i];
      System.arraycopy(prefix, 0, target, at, prefix.length);
      at += prefix.length;
      JsonShape shape = shapes[i];
      if (shape == null) {
        int length = values.end() - values.start();
        System.arraycopy(source, values.start(), target, at, length);
        at += length;
      } else {
        out.advance(at - out.size());
        JsonShape.write(shape, values, out);
        target = out.reserve(prefixBytes + values.left());
        at = out.size();
      }
    }
    if (values.next()) {
      throw notAsMany();
    }
    if (prefixes.length == 0) {
      target[at++] = '{';
    }
    target[at++] = '}';
    out.advance(at - out.size());
  }

  static UnreadableResultException notAsMany() {
    return new UnreadableResultException("a row has not as many values as there are columns");
  }
}
