package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.protocol.RowValues;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.trino.SharedTrino;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code docs/sql-types.md} says of every type, against a real Trino. */
@NeedsServers
class SqlTypesIT {

  private static final Pattern CELL = Pattern.compile("\\| `([^`]*)` ");
  private static final int CELLS = 5;

  /** A line of the table. */
  private record Line(String sql, String json, String csv, String arrowType, String arrowValue) {}

  private static List<Line> lines = List.of();
  private static List<byte[]> pages = List.of();

  @BeforeAll
  static void ask() throws IOException, InterruptedException {
    lines =
        Files.readAllLines(ProjectFiles.resolve("docs/sql-types.md")).stream()
            .filter(line -> line.startsWith("| "))
            .map(line -> CELL.matcher(line).results().map(cell -> cell.group(1)).toList())
            .filter(cells -> cells.size() == CELLS)
            .map(
                cells ->
                    new Line(cells.get(0), cells.get(1), cells.get(2), cells.get(3), cells.get(4)))
            .toList();
    String columns =
        IntStream.range(0, lines.size())
            .mapToObj(i -> lines.get(i).sql() + " as c" + i)
            .collect(Collectors.joining(", "));
    pages = TrinoPages.of(SharedTrino.get().uri(), "select " + columns);
  }

  @Test
  void tableCoversTrinosTypes() {
    assertThat(lines).hasSizeGreaterThan(50);
  }

  @Test
  void jsonIsAsTheTableSays() {
    String text = new String(TrinoPages.write(ResultFormat.NDJSON, pages), UTF_8);
    byte[] line = text.strip().getBytes(UTF_8);
    RowValues values = new RowValues().of(line, 0, line.length);
    SoftAssertions softly = new SoftAssertions();
    for (int i = 0; i < lines.size(); i++) {
      assertThat(nextMember(values)).isTrue();
      String json = new String(line, values.start(), values.end() - values.start(), UTF_8);
      softly.assertThat(json).describedAs(lines.get(i).sql()).isEqualTo(lines.get(i).json());
    }
    softly.assertAll();

    String row = text.strip();
    assertThat(new String(TrinoPages.write(ResultFormat.EVENT_STREAM, pages), UTF_8))
        .contains("data: {\"type\":\"row\",\"data\":" + row + "}\n\n");
    assertThat(new String(TrinoPages.write(ResultFormat.JSON, pages), UTF_8))
        .endsWith(",\"data\":[\n" + row + "]}\n");
  }

  @Test
  void csvIsAsTheTableSays() {
    String names =
        IntStream.range(0, lines.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    String fields = lines.stream().map(Line::csv).collect(Collectors.joining(","));

    assertThat(new String(TrinoPages.write(ResultFormat.CSV, pages), UTF_8))
        .isEqualTo(names + "\r\n" + fields + "\r\n");
  }

  @Test
  void arrowIsAsTheTableSays() {
    ArrowReading reading = ArrowReading.of(TrinoPages.write(ResultFormat.ARROW, pages));
    List<String> row = reading.rows().getFirst();
    SoftAssertions softly = new SoftAssertions();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      softly.assertThat(reading.type(i)).describedAs(line.sql()).isEqualTo(line.arrowType());
      softly.assertThat(row.get(i)).describedAs(line.sql()).isEqualTo(line.arrowValue());
    }
    softly.assertAll();
  }

  /** Each form with the same values, and none of them lost. */
  @Test
  void writesATableOfManyPagesTheSameInEveryForm() throws IOException, InterruptedException {
    List<byte[]> table =
        TrinoPages.of(
            SharedTrino.get().uri(),
            "select orderkey, linenumber, quantity, shipdate, shipmode from tpch.tiny.lineitem");
    List<List<String>> json =
        new String(TrinoPages.write(ResultFormat.NDJSON, table), UTF_8)
            .lines()
            .map(SqlTypesIT::values)
            .toList();
    List<List<String>> csv =
        new String(TrinoPages.write(ResultFormat.CSV, table), UTF_8)
            .lines()
            .skip(1)
            .map(line -> Arrays.asList(line.split(",")))
            .toList();
    List<List<String>> arrow =
        ArrowReading.of(TrinoPages.write(ResultFormat.ARROW, table)).rows().stream()
            .map(
                row ->
                    List.of(
                        row.get(0),
                        row.get(1),
                        row.get(2),
                        LocalDate.ofEpochDay(Long.parseLong(row.get(3))).toString(),
                        row.get(4)))
            .toList();

    assertThat(json).hasSize(60_175);
    assertThat(csv).isEqualTo(json);
    assertThat(arrow).isEqualTo(json);
  }

  private static List<String> values(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    RowValues values = new RowValues().of(bytes, 0, bytes.length);
    List<String> texts = new ArrayList<>();
    while (nextMember(values)) {
      String text = new String(bytes, values.start(), values.end() - values.start(), UTF_8);
      texts.add(values.isString() ? text.substring(1, text.length() - 1) : text);
    }
    return texts;
  }

  /** Goes to the value after the next name. */
  private static boolean nextMember(RowValues values) {
    values.next();
    return values.next();
  }
}
