package dev.passgate.sql.format;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.passgate.protocol.RowValues;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * Arrow's IPC streaming format: the schema, and record batches of a bounded size. The messages are
 * made with Arrow's own classes of its format, the buffers on the heap. A stream that failed has no
 * end mark, and as readers do not insist on one, it is cut too.
 */
final class ArrowWriter implements ResultWriter {

  private static final int MAX_BATCH_ROWS = 64 << 10;
  private static final int MAX_BATCH_BYTES = 1 << 20;
  private static final long MAX_MEMORY = 256 << 20;
  private static final int ALIGNMENT = 8;
  private static final byte[] CONTINUATION = {-1, -1, -1, -1};
  private static final byte[] PADDING = new byte[ALIGNMENT];

  private final List<ArrowVector> vectors = new ArrayList<>();
  private List<Column> columns = List.of();
  private boolean nested;
  private int rows;

  /** Of the rows that are collected, as JSON. */
  private long textBytes;

  @Override
  public void begin(List<Column> columns, ByteOutput out) {
    this.columns = columns;
    ArrowBuffer.Budget budget = new ArrowBuffer.Budget(MAX_MEMORY);
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int[] fields = new int[columns.size()];
    for (int i = 0; i < fields.length; i++) {
      Column column = columns.get(i);
      ArrowVector vector = ArrowVectors.of(column.signature(), budget);
      vectors.add(vector);
      nested |= !vector.children().isEmpty();
      fields[i] = vector.field(builder, column.name(), column.type(), true);
    }
    int fieldsAt = Schema.createFieldsVector(builder, fields);
    int schema = Schema.createSchema(builder, Endianness.Little, fieldsAt, 0, 0);
    message(builder, MessageHeader.Schema, schema, 0, out);
  }

  @Override
  public void row(RowValues values, ByteOutput out) {
    textBytes += values.left();
    for (int i = 0; i < columns.size(); i++) {
      if (!values.next()) {
        throw JsonObject.notAsMany();
      }
      try {
        vectors.get(i).add(values);
      } catch (RuntimeException e) {
        throw ArrowParsing.isOfText(e) ? unreadable(columns.get(i)) : e;
      }
    }
    if (values.next()) {
      throw JsonObject.notAsMany();
    }
    rows++;
    if (rows == MAX_BATCH_ROWS || size() >= MAX_BATCH_BYTES) {
      flush(out);
    }
  }

  private static UnreadableResultException unreadable(Column column) {
    return new UnreadableResultException(
        "column "
            + column.name()
            + " has a value that Arrow's type for "
            + column.type()
            + " cannot hold");
  }

  /** What the batch takes; about, where its rows are flat and take little more than their text. */
  private long size() {
    if (!nested) {
      return textBytes;
    }
    long size = 0;
    for (ArrowVector vector : vectors) {
      size += vector.bytes();
    }
    return size;
  }

  @Override
  public void flush(ByteOutput out) {
    if (rows == 0) {
      return;
    }
    Parts parts = new Parts();
    vectors.forEach(vector -> vector.layOut(parts));
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startNodesVector(builder, parts.nodes.size());
    for (Node node : parts.nodes.reversed()) {
      FieldNode.createFieldNode(builder, node.values, node.nulls);
    }
    int nodesAt = builder.endVector();
    RecordBatch.startBuffersVector(builder, parts.extents.size());
    for (Extent extent : parts.extents.reversed()) {
      Buffer.createBuffer(builder, extent.offset, extent.length);
    }
    int buffersAt = builder.endVector();
    int batch = RecordBatch.createRecordBatch(builder, rows, nodesAt, buffersAt, 0, 0);
    message(builder, MessageHeader.RecordBatch, batch, parts.length, out);
    for (ArrowBuffer buffer : parts.buffers) {
      buffer.writeTo(out);
      out.write(PADDING, 0, (int) (padded(buffer.length()) - buffer.length()));
    }
    vectors.forEach(ArrowVector::clear);
    rows = 0;
    textBytes = 0;
  }

  @Override
  public void complete(ByteOutput out) {
    flush(out);
    out.write(CONTINUATION);
    out.write(PADDING, 0, Integer.BYTES);
  }

  @Override
  public void fail(QueryError error, ByteOutput out) {}

  @Override
  public boolean cutsOnFailure() {
    return true;
  }

  private static void message(
      FlatBufferBuilder builder, byte type, int header, long bodyLength, ByteOutput out) {
    builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, bodyLength, 0));
    byte[] message = builder.sizedByteArray();
    int length = (int) padded(message.length);
    out.write(CONTINUATION);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(length >> shift);
    }
    out.write(message);
    out.write(PADDING, 0, length - message.length);
  }

  private static long padded(long length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private record Node(int values, int nulls) {}

  private record Extent(long offset, long length) {}

  /** What a batch is made of, in the order of the layout. */
  private static final class Parts implements ArrowVector.Layout {

    private final List<Node> nodes = new ArrayList<>();
    private final List<Extent> extents = new ArrayList<>();
    private final List<ArrowBuffer> buffers = new ArrayList<>();
    private long length;

    @Override
    public void node(int values, int nulls) {
      nodes.add(new Node(values, nulls));
    }

    @Override
    public void buffer(ArrowBuffer buffer) {
      extents.add(new Extent(length, buffer.length()));
      buffers.add(buffer);
      length += padded(buffer.length());
    }

    @Override
    public void none() {
      extents.add(new Extent(length, 0));
    }
  }
}
