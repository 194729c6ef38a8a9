package dev.passgate.sql.format;

import dev.passgate.protocol.RowValues;
import org.jspecify.annotations.Nullable;

/**
 * How a value is written that cannot be copied, as there is a row within: Trino sends rows as
 * arrays, and they leave as objects. Not thread-safe.
 */
sealed interface JsonShape {

  /** Writes a value that is not null. */
  void write(byte[] bytes, int start, int end, ByteOutput out);

  /** The shape of a type, or null where its values are copied. */
  static @Nullable JsonShape of(Column.Type type) {
    if (type.isArray()) {
      JsonShape elements = of(type.parameters().getFirst());
      return elements == null ? null : new Elements(elements, new RowValues());
    }
    if (type.isMap()) {
      // keys are text, whatever their type
      JsonShape values = of(type.parameters().getLast());
      return values == null ? null : new Entries(values, new RowValues());
    }
    return type.isRow() ? new Fields(JsonObject.ofFields(type), new RowValues()) : null;
  }

  /** Writes a value as its shape is, or as it came. */
  static void write(@Nullable JsonShape shape, RowValues value, ByteOutput out) {
    if (shape == null || value.isNull()) {
      out.write(value.bytes(), value.start(), value.end());
    } else {
      shape.write(value.bytes(), value.start(), value.end(), out);
    }
  }

  /** An array. */
  record Elements(JsonShape elements, RowValues values) implements JsonShape {

    @Override
    public void write(byte[] bytes, int start, int end, ByteOutput out) {
      require(bytes[start] == '[');
      values.of(bytes, start, end);
      int separator = '[';
      while (values.next()) {
        out.write(separator);
        JsonShape.write(elements, values, out);
        separator = ',';
      }
      if (separator == '[') {
        out.write('[');
      }
      out.write(']');
    }
  }

  /** A map. */
  record Entries(JsonShape entryValues, RowValues values) implements JsonShape {

    @Override
    public void write(byte[] bytes, int start, int end, ByteOutput out) {
      require(bytes[start] == '{');
      values.of(bytes, start, end);
      int separator = '{';
      while (values.next()) {
        require(values.isString());
        out.write(separator);
        out.write(bytes, values.start(), values.end());
        out.write(':');
        require(values.next());
        JsonShape.write(entryValues, values, out);
        separator = ',';
      }
      if (separator == '{') {
        out.write('{');
      }
      out.write('}');
    }
  }

  /** A row. */
  record Fields(JsonObject object, RowValues values) implements JsonShape {

    @Override
    public void write(byte[] bytes, int start, int end, ByteOutput out) {
      require(bytes[start] == '[');
      object.write(values.of(bytes, start, end), out);
    }
  }

  private static void require(boolean met) {
    if (!met) {
      throw new UnreadableResultException("a value is not of its column's type");
    }
  }
}
