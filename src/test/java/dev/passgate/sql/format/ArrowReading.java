package dev.passgate.sql.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.ValueVectorUtility;
import org.jspecify.annotations.Nullable;

/**
 * A stream as Arrow's own reader understands it.
 *
 * @param rows each value as text, in the order of the columns
 * @param batches how many rows each has
 */
record ArrowReading(Schema schema, List<List<String>> rows, List<Integer> batches) {

  /** Reads a stream to its end. */
  static ArrowReading of(byte[] stream) {
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      List<List<String>> rows = new ArrayList<>();
      List<Integer> batches = new ArrayList<>();
      while (reader.loadNextBatch()) {
        batches.add(root.getRowCount());
        for (FieldVector vector : root.getFieldVectors()) {
          validate(vector);
        }
        for (int row = 0; row < root.getRowCount(); row++) {
          List<String> values = new ArrayList<>();
          for (FieldVector vector : root.getFieldVectors()) {
            values.add(text(vector, row));
          }
          rows.add(values);
        }
      }
      return new ArrowReading(root.getSchema(), rows, batches);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Arrow's check takes a decimal of all its digits for too long, and knows no maps. */
  private static void validate(FieldVector vector) {
    String type = type(vector.getField());
    if (!type.contains("Decimal(") && !type.contains("Map<")) {
      ValueVectorUtility.validateFull(vector);
    }
  }

  /** The type of a column, with those within. */
  String type(int column) {
    return type(schema.getFields().get(column));
  }

  private static String type(Field field) {
    ArrowType type = field.getType();
    List<Field> children = field.getChildren();
    return switch (type) {
      case ArrowType.List _ -> "List<" + type(children.getFirst()) + ">";
      case ArrowType.Map _ ->
          children.getFirst().getChildren().stream()
              .map(ArrowReading::type)
              .collect(Collectors.joining(", ", "Map<", ">"));
      case ArrowType.Struct _ ->
          children.stream()
              .map(child -> child.getName() + ": " + type(child))
              .collect(Collectors.joining(", ", "Struct<", ">"));
      default -> type.toString();
    };
  }

  private static String text(FieldVector vector, int index) {
    if (vector.isNull(index)) {
      return "null";
    }
    return switch (vector) {
      case MapVector map -> elements(map, index);
      case ListVector list -> elements(list, index);
      case StructVector struct ->
          struct.getChildrenFromFields().stream()
              .map(child -> child.getName() + ": " + text(child, index))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> scalar(vector.getObject(index));
    };
  }

  private static String elements(ListVector list, int index) {
    List<String> elements = new ArrayList<>();
    for (int i = list.getElementStartIndex(index); i < list.getElementEndIndex(index); i++) {
      elements.add(text(list.getDataVector(), i));
    }
    return elements.toString();
  }

  private static String scalar(@Nullable Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }
}
