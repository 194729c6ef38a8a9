package dev.passgate.sql.format;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.passgate.protocol.RowValues;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;

/**
 * Values of one type in Arrow's columnar layout (Arrow Columnar Format, version 1.5), to which
 * values are added as Trino wrote them. Not thread-safe.
 */
abstract class ArrowVector {

  /** The type of a field as Arrow's schema says it. */
  interface TypeTable {

    /**
     * Writes the table.
     *
     * @return its offset
     */
    int write(FlatBufferBuilder builder);
  }

  /** Gets the nodes and buffers of a batch in the order of the layout: depth first. */
  interface Layout {

    void node(int values, int nulls);

    void buffer(ArrowBuffer buffer);

    /** A buffer that the type asks for and that may be empty here. */
    void none();
  }

  /** Where a field says which type of Trino it was made from. */
  private static final String METADATA_KEY = "trino.type";

  private final Column.Type type;
  private final byte tableType;
  private final TypeTable table;
  private final ArrowBuffer validity;
  private int count;
  private int nulls;

  /**
   * @param tableType of {@link org.apache.arrow.flatbuf.Type}
   */
  ArrowVector(Column.Type type, byte tableType, TypeTable table, ArrowBuffer.Budget budget) {
    this.type = type;
    this.tableType = tableType;
    this.table = table;
    this.validity = new ArrowBuffer(budget);
  }

  /** Adds a value, or null. */
  final void add(RowValues value) {
    if (value.isNull()) {
      addNull();
    } else {
      put(value);
      validity.putBit(count++, true);
    }
  }

  final void addNull() {
    putNull();
    validity.putBit(count++, false);
    nulls++;
  }

  /** How many values there are, and the index of the one that is being added. */
  final int count() {
    return count;
  }

  /** Adds a value to the buffers, which is not null. */
  abstract void put(RowValues value);

  /** Adds to the buffers what stands there where there is no value. */
  abstract void putNull();

  /** The vectors within. */
  List<ArrowVector> children() {
    return List.of();
  }

  /** The names of the vectors within. */
  List<String> childNames() {
    return List.of();
  }

  /** Whether a field may be null; a map's entries and keys may not. */
  boolean isChildNullable(int index) {
    return true;
  }

  /** The buffers of the type after that of validity. */
  List<ArrowBuffer> buffers() {
    return List.of();
  }

  /** Those of a type without buffers have not even that of validity. */
  boolean hasValidity() {
    return true;
  }

  final void layOut(Layout layout) {
    layout.node(count, nulls);
    if (hasValidity()) {
      if (nulls == 0) {
        layout.none();
      } else {
        layout.buffer(validity);
      }
    }
    buffers().forEach(layout::buffer);
    children().forEach(child -> child.layOut(layout));
  }

  /** How many bytes its buffers hold, and those within. */
  final long bytes() {
    long bytes = validity.length();
    for (ArrowBuffer buffer : buffers()) {
      bytes += buffer.length();
    }
    for (ArrowVector child : children()) {
      bytes += child.bytes();
    }
    return bytes;
  }

  void clear() {
    count = 0;
    nulls = 0;
    validity.clear();
    buffers().forEach(ArrowBuffer::clear);
    children().forEach(ArrowVector::clear);
  }

  /**
   * Writes the field of the schema.
   *
   * @param trinoType as Trino writes it
   * @return its offset
   */
  final int field(FlatBufferBuilder builder, String name, String trinoType, boolean nullable) {
    List<ArrowVector> children = children();
    int[] fields = new int[children.size()];
    for (int i = 0; i < fields.length; i++) {
      ArrowVector child = children.get(i);
      fields[i] = child.field(builder, childNames().get(i), child.type.text(), isChildNullable(i));
    }
    int nameAt = builder.createString(name);
    int keyAt = builder.createString(METADATA_KEY);
    int valueAt = builder.createString(trinoType);
    int metadata =
        Field.createCustomMetadataVector(
            builder, new int[] {KeyValue.createKeyValue(builder, keyAt, valueAt)});
    int childrenAt = Field.createChildrenVector(builder, fields);
    int typeAt = table.write(builder);
    return Field.createField(builder, nameAt, nullable, tableType, typeAt, 0, childrenAt, metadata);
  }
}
