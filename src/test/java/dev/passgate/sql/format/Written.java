package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.passgate.protocol.RowValues;
import java.util.Arrays;
import java.util.List;

/** Results written from the text of their rows. */
final class Written {

  private Written() {}

  static Column column(String name, Column.Type type) {
    return new Column(name, type.text(), type);
  }

  static Column column(String name, String base, Long... numbers) {
    return column(name, Column.Type.of(base, numbers));
  }

  static Column.Type array(Column.Type elements) {
    return new Column.Type("array", List.of(elements), List.of(), List.of());
  }

  static Column.Type map(Column.Type keys, Column.Type values) {
    return new Column.Type("map", List.of(keys, values), List.of(), List.of());
  }

  /** Names and types in turn; an empty name stands for none. */
  static Column.Type row(Object... namesAndTypes) {
    List<Object> all = Arrays.asList(namesAndTypes);
    return new Column.Type(
        "row",
        all.stream().filter(Column.Type.class::isInstance).map(Column.Type.class::cast).toList(),
        all.stream().filter(String.class::isInstance).map(String.class::cast).toList(),
        List.of());
  }

  static byte[] whole(ResultFormat format, List<Column> columns, String... rows) {
    ResultWriter writer = format.open();
    ByteOutput out = new ByteOutput();
    writer.begin(columns, out);
    for (String row : rows) {
      add(writer, row, out);
    }
    writer.complete(out);
    return out.take();
  }

  static String text(ResultFormat format, List<Column> columns, String... rows) {
    return new String(whole(format, columns, rows), UTF_8);
  }

  static void add(ResultWriter writer, String row, ByteOutput out) {
    byte[] bytes = row.getBytes(UTF_8);
    writer.row(new RowValues().of(bytes, 0, bytes.length), out);
  }

  static String take(ByteOutput out) {
    return new String(out.take(), UTF_8);
  }
}
