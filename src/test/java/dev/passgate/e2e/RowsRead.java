package dev.passgate.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Readers of one table in each form of an answer, and by JDBC. They take exactly what the form has
 * for such rows, and keep none. The columns are {@code k bigint, p double}; no value is null.
 */
public final class RowsRead {

  private static final int COLUMNS = 2;
  private static final String METADATA =
      "\"columns\":[{\"name\":\"k\",\"type\":\"bigint\"},{\"name\":\"p\",\"type\":\"double\"}]}";

  /** What stands before each value of an object, and after the last. */
  private static final List<byte[]> OBJECT =
      List.of(ascii("{\"k\":"), ascii(",\"p\":"), ascii("}"));

  private static final List<byte[]> LINE = List.of(ascii(""), ascii(","), ascii("\r"));

  private static final byte[] EVENT = ascii("data: {\"type\":\"row\",\"data\":");

  /** The forms of an answer. */
  public enum Form {
    EVENTS("text/event-stream"),
    LINES("application/x-ndjson"),
    DOCUMENT("application/json"),
    CSV("text/csv"),
    ARROW("application/vnd.apache.arrow.stream");

    private final String mediaType;

    Form(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }

    /** Reads an answer to its end; after each row, {@code look} is told how many there were. */
    public RowSum read(InputStream answer, LongConsumer look) throws IOException {
      return switch (this) {
        case EVENTS -> events(answer, look);
        case LINES -> lines(answer, look);
        case DOCUMENT -> document(answer, look);
        case CSV -> csv(answer, look);
        case ARROW -> arrow(answer, look);
      };
    }
  }

  private RowsRead() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  public static RowSum jdbc(String url, String sql) {
    RowSum sum = new RowSum();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        for (int column = 1; column <= COLUMNS; column++) {
          sum.value(rows.getString(column));
        }
        sum.end();
      }
    } catch (SQLException e) {
      throw new AssertionError("no rows by JDBC", e);
    }
    return sum;
  }

  private static RowSum events(InputStream answer, LongConsumer look) throws IOException {
    Lines lines = new Lines(answer);
    lines.expect("data: {\"type\":\"metadata\"," + METADATA);
    lines.expect("");
    RowSum sum = new RowSum();
    while (lines.next() && lines.startsWith(EVENT)) {
      lines.row(EVENT.length, 1, OBJECT, sum);
      require(lines.is(lines.end() - 1, "}"), lines);
      lines.expect("");
      look.accept(sum.rows());
    }
    require(lines.is(lines.start(), "data: {\"type\":\"complete\"}"), lines);
    lines.expect("");
    lines.expectEnd();
    return sum;
  }

  private static RowSum lines(InputStream answer, LongConsumer look) throws IOException {
    Lines lines = new Lines(answer);
    RowSum sum = new RowSum();
    while (lines.next()) {
      lines.row(0, 0, OBJECT, sum);
      look.accept(sum.rows());
    }
    return sum;
  }

  private static RowSum csv(InputStream answer, LongConsumer look) throws IOException {
    Lines lines = new Lines(answer);
    lines.expect("k,p\r");
    RowSum sum = new RowSum();
    while (lines.next()) {
      lines.row(0, 0, LINE, sum);
      look.accept(sum.rows());
    }
    return sum;
  }

  private static RowSum document(InputStream answer, LongConsumer look) throws IOException {
    RowSum sum = new RowSum();
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), answer)) {
      require(json.nextToken() == JsonToken.START_OBJECT, json);
      require("metadata".equals(json.nextName()), json);
      json.nextToken();
      json.skipChildren();
      require("data".equals(json.nextName()), json);
      require(json.nextToken() == JsonToken.START_ARRAY, json);
      while (json.nextToken() == JsonToken.START_OBJECT) {
        for (String name : List.of("k", "p")) {
          require(name.equals(json.nextName()), json);
          require(json.nextToken().isScalarValue(), json);
          sum.value(json.getString());
        }
        require(json.nextToken() == JsonToken.END_OBJECT, json);
        look.accept(sum.end());
      }
      require(json.currentToken() == JsonToken.END_ARRAY, json);
      require(json.nextToken() == JsonToken.END_OBJECT, json);
      require(json.nextToken() == null, json);
    }
    return sum;
  }

  private static RowSum arrow(InputStream answer, LongConsumer look) throws IOException {
    RowSum sum = new RowSum();
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(answer, allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        BigIntVector k = (BigIntVector) root.getVector("k");
        Float8Vector p = (Float8Vector) root.getVector("p");
        for (int row = 0; row < root.getRowCount(); row++) {
          sum.value(Long.toString(k.get(row)));
          sum.value(Double.toString(p.get(row)));
          look.accept(sum.end());
        }
      }
      // Its reader takes an end without a mark for one too, but the answer is not at its end then.
      require(reader.bytesRead() > 0 && answer.read() < 0, "after the end mark");
    }
    return sum;
  }

  private static void require(boolean met, Object at) {
    if (!met) {
      throw new AssertionError("not as the form has it: " + at);
    }
  }

  /** Lines of an answer, each of which ends with a line feed; one at a time, in the same bytes. */
  private static final class Lines {

    private final InputStream in;
    private byte[] bytes = new byte[1 << 16];
    private int start;
    private int end;
    private int filled;

    Lines(InputStream in) {
      this.in = in;
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }

    /** Goes to the next line; whether there is one. */
    boolean next() throws IOException {
      int i = filled == 0 ? 0 : end + 1;
      start = i;
      while (true) {
        while (i < filled && bytes[i] != '\n') {
          i++;
        }
        if (i < filled) {
          end = i;
          return true;
        }
        System.arraycopy(bytes, start, bytes, 0, filled - start);
        filled -= start;
        i -= start;
        start = 0;
        int more = in.read(bytes, filled, bytes.length - filled);
        if (more < 0) {
          if (filled > 0) {
            throw new EOFException("the answer ends within a line");
          }
          end = -1;
          return false;
        }
        require(more > 0, "a line longer than all");
        filled += more;
      }
    }

    boolean startsWith(byte[] prefix) {
      return end - start >= prefix.length
          && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }

    boolean is(int from, String text) {
      return from >= start
          && new String(bytes, from, end - from, StandardCharsets.US_ASCII).equals(text);
    }

    void expect(String text) throws IOException {
      require(next() && is(start, text), this);
    }

    void expectEnd() throws IOException {
      require(!next(), this);
    }

    /** Takes a row apart: what stands between the fixed parts is a value. */
    void row(int before, int after, List<byte[]> fixed, RowSum sum) {
      int limit = end - after;
      int at = pass(start + before, limit, fixed.getFirst());
      for (int column = 0; column < COLUMNS; column++) {
        byte[] next = fixed.get(column + 1);
        int from = at;
        while (at < limit && bytes[at] != next[0]) {
          at++;
        }
        sum.value(bytes, from, at);
        at = pass(at, limit, next);
      }
      require(at == limit, this);
      sum.end();
    }

    private int pass(int at, int limit, byte[] part) {
      require(limit - at >= part.length, this);
      for (int i = 0; i < part.length; i++) {
        require(bytes[at + i] == part[i], this);
      }
      return at + part.length;
    }

    @Override
    public String toString() {
      return end < start
          ? "the end"
          : new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }
  }
}
