package dev.passgate.sql.format;

import dev.passgate.protocol.RowValues;
import dev.passgate.sql.format.ArrowBuffer.Budget;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Duration;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Interval;
import org.apache.arrow.flatbuf.IntervalUnit;
import org.apache.arrow.flatbuf.Null;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Utf8;

/** Makes the vector for each of Trino's types; {@code docs/sql-types.md} has the table. */
final class ArrowVectors {

  private static final int DECIMAL_BITS = 128;
  private static final int NANOSECONDS = 9;

  private ArrowVectors() {}

  /** The vector of a type. What Arrow has no type for, or none for all its values, is text. */
  static ArrowVector of(Column.Type type, Budget budget) {
    if (type.isArray()) {
      return new Lists(type, of(type.parameters().getFirst(), budget), budget);
    }
    if (type.isMap()) {
      return new Maps(type, new Entries(type, budget), budget);
    }
    if (type.isRow()) {
      return new Structs(type, budget);
    }
    return switch (type.base()) {
      case "boolean" -> new Bits(type, budget);
      case "tinyint" -> integer(type, 8, budget);
      case "smallint" -> integer(type, 16, budget);
      case "integer" -> integer(type, 32, budget);
      case "bigint" -> integer(type, 64, budget);
      case "real" ->
          new Fixed(
              type,
              org.apache.arrow.flatbuf.Type.FloatingPoint,
              builder -> FloatingPoint.createFloatingPoint(builder, Precision.SINGLE),
              Integer.BYTES,
              (text, from, to, target) ->
                  target.putInt(Float.floatToRawIntBits(ArrowParsing.decimalFloat(text, from, to))),
              budget);
      case "double" ->
          new Fixed(
              type,
              org.apache.arrow.flatbuf.Type.FloatingPoint,
              builder -> FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE),
              Long.BYTES,
              (text, from, to, target) ->
                  target.putLong(
                      Double.doubleToRawLongBits(ArrowParsing.decimalDouble(text, from, to))),
              budget);
      case "decimal" -> decimal(type, budget);
      case "date" ->
          new Fixed(
              type,
              org.apache.arrow.flatbuf.Type.Date,
              builder -> Date.createDate(builder, DateUnit.DAY),
              Integer.BYTES,
              (text, from, to, target) ->
                  target.putInt(Math.toIntExact(ArrowParsing.date(text, from, to))),
              budget);
      case "time" -> type.precision() > NANOSECONDS ? text(type, budget) : time(type, budget);
      case "timestamp" ->
          type.precision() > NANOSECONDS ? text(type, budget) : timestamp(type, budget);
      case "interval year to month" ->
          new Fixed(
              type,
              org.apache.arrow.flatbuf.Type.Interval,
              builder -> Interval.createInterval(builder, IntervalUnit.MONTH_DAY_NANO),
              2 * Long.BYTES,
              (text, from, to, target) -> {
                target.putInt(ArrowParsing.months(text, from, to));
                target.putZeros(Integer.BYTES + Long.BYTES);
              },
              budget);
      case "interval day to second" ->
          new Fixed(
              type,
              org.apache.arrow.flatbuf.Type.Duration,
              builder -> Duration.createDuration(builder, TimeUnit.MILLISECOND),
              Long.BYTES,
              (text, from, to, target) -> target.putLong(ArrowParsing.milliseconds(text, from, to)),
              budget);
      case "varbinary", "hyperloglog", "p4hyperloglog", "qdigest", "tdigest", "setdigest" ->
          new Bytes(type, budget);
      case "unknown" -> new Nulls(type, budget);
      default -> text(type, budget);
    };
  }

  private static ArrowVector text(Column.Type type, Budget budget) {
    return new Texts(type, budget);
  }

  private static ArrowVector integer(Column.Type type, int bits, Budget budget) {
    long max = Long.MAX_VALUE >> (Long.SIZE - bits);
    ArrowVector.TypeTable table = builder -> Int.createInt(builder, bits, true);
    Fixed.Parser parser =
        switch (bits) {
          case 8 ->
              (text, from, to, target) ->
                  target.putByte(ArrowParsing.integer(text, from, to, -max - 1, max));
          case 16 ->
              (text, from, to, target) ->
                  target.putShort(ArrowParsing.integer(text, from, to, -max - 1, max));
          case 32 ->
              (text, from, to, target) ->
                  target.putInt((int) ArrowParsing.integer(text, from, to, -max - 1, max));
          default ->
              (text, from, to, target) ->
                  target.putLong(ArrowParsing.integer(text, from, to, -max - 1, max));
        };
    return new Fixed(
        type, org.apache.arrow.flatbuf.Type.Int, table, bits / Byte.SIZE, parser, budget);
  }

  private static ArrowVector decimal(Column.Type type, Budget budget) {
    if (type.numbers().size() != 2) {
      throw new UnreadableResultException("a decimal has no precision and scale");
    }
    int precision = Math.toIntExact(type.numbers().getFirst());
    int scale = Math.toIntExact(type.numbers().getLast());
    return new Fixed(
        type,
        org.apache.arrow.flatbuf.Type.Decimal,
        builder -> Decimal.createDecimal(builder, precision, scale, DECIMAL_BITS),
        DECIMAL_BITS / Byte.SIZE,
        (text, from, to, target) -> ArrowParsing.decimal(text, from, to, scale, target),
        budget);
  }

  private static ArrowVector time(Column.Type type, Budget budget) {
    short unit = unit(type);
    long units = unitsOfSecond(unit);
    boolean small = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
    return new Fixed(
        type,
        org.apache.arrow.flatbuf.Type.Time,
        builder -> Time.createTime(builder, unit, small ? Integer.SIZE : Long.SIZE),
        small ? Integer.BYTES : Long.BYTES,
        small
            ? (text, from, to, target) ->
                target.putInt((int) ArrowParsing.time(text, from, to, units))
            : (text, from, to, target) -> target.putLong(ArrowParsing.time(text, from, to, units)),
        budget);
  }

  private static ArrowVector timestamp(Column.Type type, Budget budget) {
    short unit = unit(type);
    long units = unitsOfSecond(unit);
    return new Fixed(
        type,
        org.apache.arrow.flatbuf.Type.Timestamp,
        builder -> Timestamp.createTimestamp(builder, unit, 0),
        Long.BYTES,
        (text, from, to, target) -> target.putLong(ArrowParsing.timestamp(text, from, to, units)),
        budget);
  }

  private static short unit(Column.Type type) {
    return switch ((type.precision() + 2) / 3) {
      case 0 -> TimeUnit.SECOND;
      case 1 -> TimeUnit.MILLISECOND;
      case 2 -> TimeUnit.MICROSECOND;
      default -> TimeUnit.NANOSECOND;
    };
  }

  private static long unitsOfSecond(short unit) {
    return switch (unit) {
      case TimeUnit.SECOND -> 1;
      case TimeUnit.MILLISECOND -> 1_000;
      case TimeUnit.MICROSECOND -> 1_000_000;
      default -> 1_000_000_000;
    };
  }

  /** Values of one width. */
  private static final class Fixed extends ArrowVector {

    /** Reads a value, without quotes where it had some, and adds it. */
    interface Parser {
      void parse(byte[] text, int from, int to, ArrowBuffer target);
    }

    private final ArrowBuffer values;
    private final int width;
    private final Parser parser;

    Fixed(
        Column.Type type,
        byte tableType,
        TypeTable table,
        int width,
        Parser parser,
        Budget budget) {
      super(type, tableType, table, budget);
      this.values = new ArrowBuffer(budget);
      this.width = width;
      this.parser = parser;
    }

    @Override
    void put(RowValues value) {
      int quote = value.isString() ? 1 : 0;
      parser.parse(value.bytes(), value.start() + quote, value.end() - quote, values);
    }

    @Override
    void putNull() {
      values.putZeros(width);
    }

    @Override
    List<ArrowBuffer> buffers() {
      return List.of(values);
    }
  }

  /** Booleans. */
  private static final class Bits extends ArrowVector {

    private final ArrowBuffer values;

    Bits(Column.Type type, Budget budget) {
      super(
          type,
          org.apache.arrow.flatbuf.Type.Bool,
          builder -> {
            Bool.startBool(builder);
            return Bool.endBool(builder);
          },
          budget);
      this.values = new ArrowBuffer(budget);
    }

    @Override
    void put(RowValues value) {
      int quote = value.isString() ? 1 : 0;
      values.putBit(
          count(), ArrowParsing.bool(value.bytes(), value.start() + quote, value.end() - quote));
    }

    @Override
    void putNull() {
      values.putBit(count(), false);
    }

    @Override
    List<ArrowBuffer> buffers() {
      return List.of(values);
    }
  }

  /** Values of many lengths: where each ends, and what begins with 0. */
  private abstract static class Varying extends ArrowVector {

    private final ArrowBuffer offsets;

    Varying(Column.Type type, byte tableType, TypeTable table, Budget budget) {
      super(type, tableType, table, budget);
      this.offsets = new ArrowBuffer(budget);
      offsets.putInt(0);
    }

    /** How much there is of what the offsets count. */
    abstract int total();

    abstract void putContent(RowValues value);

    @Override
    final void put(RowValues value) {
      putContent(value);
      offsets.putInt(total());
    }

    @Override
    final void putNull() {
      offsets.putInt(total());
    }

    ArrowBuffer offsets() {
      return offsets;
    }

    @Override
    void clear() {
      super.clear();
      offsets.putInt(0);
    }
  }

  /** Texts; what is none in JSON is the text of that JSON. */
  private static final class Texts extends Varying {

    private final ArrowBuffer content;

    Texts(Column.Type type, Budget budget) {
      super(
          type,
          org.apache.arrow.flatbuf.Type.Utf8,
          builder -> {
            Utf8.startUtf8(builder);
            return Utf8.endUtf8(builder);
          },
          budget);
      this.content = new ArrowBuffer(budget);
    }

    @Override
    void putContent(RowValues value) {
      int start = value.start();
      int end = value.end();
      if (!value.isString()) {
        content.put(value.bytes(), start, end);
      } else if (value.isEscaped()) {
        byte[] target = content.reserve(end - start);
        int at = content.length();
        content.advance(JsonText.unescape(value.bytes(), start + 1, end - 1, target, at) - at);
      } else {
        content.put(value.bytes(), start + 1, end - 1);
      }
    }

    @Override
    int total() {
      return content.length();
    }

    @Override
    List<ArrowBuffer> buffers() {
      return List.of(offsets(), content);
    }
  }

  /** Bytes, which are base64 in JSON. */
  private static final class Bytes extends Varying {

    private final ArrowBuffer content;

    Bytes(Column.Type type, Budget budget) {
      super(
          type,
          org.apache.arrow.flatbuf.Type.Binary,
          builder -> {
            Binary.startBinary(builder);
            return Binary.endBinary(builder);
          },
          budget);
      this.content = new ArrowBuffer(budget);
    }

    @Override
    void putContent(RowValues value) {
      ArrowParsing.require(value.isString());
      byte[] bytes = ArrowParsing.base64(value.bytes(), value.start() + 1, value.end() - 1);
      content.put(bytes, 0, bytes.length);
    }

    @Override
    int total() {
      return content.length();
    }

    @Override
    List<ArrowBuffer> buffers() {
      return List.of(offsets(), content);
    }
  }

  /** Arrays. */
  private static final class Lists extends Varying {

    private final ArrowVector elements;
    private final RowValues values = new RowValues();

    Lists(Column.Type type, ArrowVector elements, Budget budget) {
      super(
          type,
          org.apache.arrow.flatbuf.Type.List,
          builder -> {
            org.apache.arrow.flatbuf.List.startList(builder);
            return org.apache.arrow.flatbuf.List.endList(builder);
          },
          budget);
      this.elements = elements;
    }

    @Override
    void putContent(RowValues value) {
      ArrowParsing.require(value.bytes()[value.start()] == '[');
      values.of(value.bytes(), value.start(), value.end());
      while (values.next()) {
        elements.add(values);
      }
    }

    @Override
    int total() {
      return elements.count();
    }

    @Override
    List<ArrowBuffer> buffers() {
      return List.of(offsets());
    }

    @Override
    List<ArrowVector> children() {
      return List.of(elements);
    }

    @Override
    List<String> childNames() {
      return List.of("item");
    }
  }

  /** Maps: lists of entries. */
  private static final class Maps extends Varying {

    private final Entries entries;
    private final RowValues values = new RowValues();

    Maps(Column.Type type, Entries entries, Budget budget) {
      super(
          type,
          org.apache.arrow.flatbuf.Type.Map,
          builder -> org.apache.arrow.flatbuf.Map.createMap(builder, false),
          budget);
      this.entries = entries;
    }

    @Override
    void putContent(RowValues value) {
      ArrowParsing.require(value.bytes()[value.start()] == '{');
      values.of(value.bytes(), value.start(), value.end());
      while (values.next()) {
        entries.add(values);
      }
    }

    @Override
    int total() {
      return entries.count();
    }

    @Override
    List<ArrowBuffer> buffers() {
      return List.of(offsets());
    }

    @Override
    List<ArrowVector> children() {
      return List.of(entries);
    }

    @Override
    List<String> childNames() {
      return List.of("entries");
    }

    @Override
    boolean isChildNullable(int index) {
      return false;
    }
  }

  /** The entries of maps. Keys of containers are text that Trino makes, and stay so. */
  private static final class Entries extends ArrowVector {

    private final ArrowVector keys;
    private final ArrowVector entryValues;

    Entries(Column.Type map, Budget budget) {
      super(map, org.apache.arrow.flatbuf.Type.Struct_, ArrowVectors::struct, budget);
      Column.Type key = map.parameters().getFirst();
      this.keys = key.parameters().isEmpty() ? of(key, budget) : text(key, budget);
      this.entryValues = of(map.parameters().getLast(), budget);
    }

    /** The values stand at the key. */
    @Override
    void put(RowValues values) {
      ArrowParsing.require(values.isString());
      keys.add(values);
      ArrowParsing.require(values.next());
      entryValues.add(values);
    }

    @Override
    void putNull() {
      throw new IllegalArgumentException("a map has no such entries");
    }

    @Override
    List<ArrowVector> children() {
      return List.of(keys, entryValues);
    }

    @Override
    List<String> childNames() {
      return List.of("key", "value");
    }

    @Override
    boolean isChildNullable(int index) {
      return index > 0;
    }
  }

  /** Rows. */
  private static final class Structs extends ArrowVector {

    private final List<ArrowVector> fields = new ArrayList<>();
    private final List<String> names;
    private final RowValues values = new RowValues();

    Structs(Column.Type type, Budget budget) {
      super(type, org.apache.arrow.flatbuf.Type.Struct_, ArrowVectors::struct, budget);
      type.parameters().forEach(field -> fields.add(of(field, budget)));
      this.names = DistinctNames.of(type.names(), "field");
    }

    @Override
    void put(RowValues value) {
      ArrowParsing.require(value.bytes()[value.start()] == '[');
      values.of(value.bytes(), value.start(), value.end());
      for (ArrowVector field : fields) {
        ArrowParsing.require(values.next());
        field.add(values);
      }
      ArrowParsing.require(!values.next());
    }

    @Override
    void putNull() {
      fields.forEach(ArrowVector::addNull);
    }

    @Override
    List<ArrowVector> children() {
      return fields;
    }

    @Override
    List<String> childNames() {
      return names;
    }
  }

  private static int struct(com.google.flatbuffers.FlatBufferBuilder builder) {
    Struct_.startStruct_(builder);
    return Struct_.endStruct_(builder);
  }

  /** Nothing but nulls. */
  private static final class Nulls extends ArrowVector {

    Nulls(Column.Type type, Budget budget) {
      super(
          type,
          org.apache.arrow.flatbuf.Type.Null,
          builder -> {
            Null.startNull(builder);
            return Null.endNull(builder);
          },
          budget);
    }

    @Override
    void put(RowValues value) {
      throw new IllegalArgumentException("a value of a type without values");
    }

    @Override
    void putNull() {}

    @Override
    boolean hasValidity() {
      return false;
    }
  }
}
