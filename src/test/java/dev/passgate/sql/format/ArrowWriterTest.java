package dev.passgate.sql.format;

import static dev.passgate.sql.format.Written.add;
import static dev.passgate.sql.format.Written.array;
import static dev.passgate.sql.format.Written.column;
import static dev.passgate.sql.format.Written.map;
import static dev.passgate.sql.format.Written.row;
import static dev.passgate.sql.format.Written.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read with Arrow's own library. */
class ArrowWriterTest {

  private static final Column.Type BIGINT = Column.Type.of("bigint");
  private static final Column.Type VARCHAR = Column.Type.of("varchar");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          boolean | | Bool | true | true
          boolean | | Bool | false | false
          tinyint | | Int(8, true) | -128 | -128
          smallint | | Int(16, true) | 32767 | 32767
          integer | | Int(32, true) | -2147483648 | -2147483648
          bigint | | Int(64, true) | -9223372036854775808 | -9223372036854775808
          bigint | | Int(64, true) | 9223372036854775807 | 9223372036854775807
          real | | FloatingPoint(SINGLE) | 3.4028235E38 | 3.4028235E38
          real | | FloatingPoint(SINGLE) | "NaN" | NaN
          double | | FloatingPoint(DOUBLE) | 4.9E-324 | 4.9E-324
          double | | FloatingPoint(DOUBLE) | -0.0 | -0.0
          double | | FloatingPoint(DOUBLE) | 1.7976931348623157E308 | 1.7976931348623157E308
          double | | FloatingPoint(DOUBLE) | "-Infinity" | -Infinity
          decimal | 5,2 | Decimal(5, 2, 128) | "-0.01" | -0.01
          decimal | 5,2 | Decimal(5, 2, 128) | "123.45" | 123.45
          decimal | 38,0 | Decimal(38, 0, 128) | "99999999999999999999999999999999999999" | 99999999999999999999999999999999999999
          decimal | 38,0 | Decimal(38, 0, 128) | "-99999999999999999999999999999999999999" | -99999999999999999999999999999999999999
          decimal | 38,38 | Decimal(38, 38, 128) | "-0.00000000000000000000000000000000000001" | -1E-38
          decimal | 20,0 | Decimal(20, 0, 128) | "18446744073709551616" | 18446744073709551616
          decimal | 20,0 | Decimal(20, 0, 128) | "-18446744073709551616" | -18446744073709551616
          varchar | | Utf8 | "\\u00e9 \\ud83d\\ude00 \\"x\\" \\\\ \\n" | `é 😀 "x" \\ \n`
          varchar | | Utf8 | "" | ``
          char | 5 | Utf8 | "ab   " | `ab   `
          json | | Utf8 | "{\\"a\\":1}" | {"a":1}
          uuid | | Utf8 | "12151fd2-7586-11e9-8f9e-2a86e4085a59" | 12151fd2-7586-11e9-8f9e-2a86e4085a59
          some type of a plugin | | Utf8 | {"x":[1]} | {"x":[1]}
          varbinary | | Binary | "AP8Q" | 00ff10
          varbinary | | Binary | "" | ``
          date | | Date(DAY) | "1969-12-31" | -1
          date | | Date(DAY) | "-0044-03-15" | -735525
          date | | Date(DAY) | "+5881580-07-11" | 2147483647
          time | 0 | Time(SECOND, 32) | "23:59:59" | 86399
          time | 2 | Time(MILLISECOND, 32) | "00:00:01.05" | 1970-01-01T00:00:01.050
          time | 6 | Time(MICROSECOND, 64) | "00:00:01.000005" | 1000005
          time | 9 | Time(NANOSECOND, 64) | "23:59:59.999999999" | 86399999999999
          time | 12 | Utf8 | "23:59:59.999999999999" | 23:59:59.999999999999
          time with time zone | 3 | Utf8 | "01:02:03.456+05:30" | 01:02:03.456+05:30
          timestamp | 0 | Timestamp(SECOND, null) | "2020-06-10 15:55:23" | 2020-06-10T15:55:23
          timestamp | 3 | Timestamp(MILLISECOND, null) | "1969-12-31 23:59:59.999" | 1969-12-31T23:59:59.999
          timestamp | | Timestamp(MILLISECOND, null) | "2020-06-10 15:55:23.383" | 2020-06-10T15:55:23.383
          timestamp | 4 | Timestamp(MICROSECOND, null) | "0001-01-01 00:00:00.0001" | 0001-01-01T00:00:00.000100
          timestamp | 7 | Timestamp(NANOSECOND, null) | "1677-09-21 00:12:43.1452242" | 1677-09-21T00:12:43.145224200
          timestamp | 9 | Timestamp(NANOSECOND, null) | "2262-04-11 23:47:16.854775807" | 2262-04-11T23:47:16.854775807
          timestamp | 9 | Timestamp(NANOSECOND, null) | "1677-09-21 00:12:43.145224192" | 1677-09-21T00:12:43.145224192
          timestamp | 12 | Utf8 | "2020-06-10 15:55:23.383345123456" | 2020-06-10 15:55:23.383345123456
          timestamp with time zone | 3 | Utf8 | "2020-10-25 02:30:00.000 Europe/Berlin" | 2020-10-25 02:30:00.000 Europe/Berlin
          interval year to month | | Interval(MONTH_DAY_NANO) | "-2-3" | P-27M PT0S
          interval day to second | | Duration(MILLISECOND) | "-2 01:00:00.001" | PT-49H-0.001S
          hyperloglog | | Binary | "AgwBAIADRAA=" | 020c010080034400
          unknown | | Null | null | null
          """)
  void mapsTypesAndValues(String base, String numbers, String type, String json, String value) {
    Long[] parameters =
        numbers == null
            ? new Long[0]
            : Arrays.stream(numbers.split(",")).map(Long::valueOf).toArray(Long[]::new);
    ArrowReading reading =
        ArrowReading.of(
            whole(
                ResultFormat.ARROW,
                List.of(column("x", base, parameters)),
                "[null]",
                "[" + json + "]",
                "[null]"));

    assertThat(reading.type(0)).isEqualTo(type);
    assertThat(reading.rows()).containsExactly(List.of("null"), List.of(value), List.of("null"));
    assertThat(reading.schema().getFields().getFirst().getMetadata())
        .containsEntry("trino.type", Column.Type.of(base, parameters).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          boolean | | "yes"
          tinyint | | 128
          bigint | | 9223372036854775808
          bigint | | 1.5
          bigint | | ""
          double | | "x"
          real | | {}
          decimal | 5,2 | "1.5"
          decimal | 38,0 | "1e5"
          varbinary | | "*"
          varbinary | | 5
          date | | "2020-13-01"
          date | | "x"
          time | 3 | "25:00:00.000"
          time | 3 | "01:00:00.0001"
          timestamp | 9 | "2262-04-11 23:47:16.854775808"
          timestamp | 9 | "1677-09-21 00:12:43.145224191"
          timestamp | 3 | "2020-06-10"
          interval year to month | | "1"
          unknown | | 1
          """)
  void refusesWhatTheTypeCannotHold(String base, String numbers, String json) {
    Long[] parameters =
        numbers == null
            ? new Long[0]
            : Arrays.stream(numbers.split(",")).map(Long::valueOf).toArray(Long[]::new);
    ResultWriter writer = ResultFormat.ARROW.open();
    ByteOutput out = new ByteOutput();
    writer.begin(List.of(column("price", base, parameters)), out);
    int size = out.size();

    assertThatThrownBy(() -> add(writer, "[" + json + "]", out))
        .isInstanceOf(UnreadableResultException.class)
        .hasMessageContaining("price")
        .hasMessageEndingWith("cannot hold");
    assertThat(out.size()).isEqualTo(size);
  }

  @Test
  void writesContainers() {
    Column.Type inner = row("c", BIGINT, "", VARCHAR);
    List<Column> columns =
        List.of(
            column("a", array(array(Column.Type.of("integer")))),
            column("m", map(BIGINT, VARCHAR)),
            column("r", row("x", BIGINT, "x", array(inner))),
            column("k", map(array(BIGINT), row("t", Column.Type.of("boolean")))));

    ArrowReading reading =
        ArrowReading.of(
            whole(
                ResultFormat.ARROW,
                columns,
                "[[[1,null],null,[]],{\"1\":\"a\",\"-2\":null},[1,[[2,\"b\"],null]],{\"[1, 2]\":[true]}]",
                "[null,null,null,null]",
                "[[],{},[null,null],{}]"));

    assertThat(List.of(reading.type(0), reading.type(1), reading.type(2), reading.type(3)))
        .containsExactly(
            "List<List<Int(32, true)>>",
            "Map<Int(64, true), Utf8>",
            "Struct<x: Int(64, true), x_2: List<Struct<c: Int(64, true), field1: Utf8>>>",
            "Map<Utf8, Struct<t: Bool>>");
    assertThat(reading.rows())
        .containsExactly(
            List.of(
                "[[1, null], null, []]",
                "[{key: 1, value: a}, {key: -2, value: null}]",
                "{x: 1, x_2: [{c: 2, field1: b}, null]}",
                "[{key: [1, 2], value: {t: true}}]"),
            List.of("null", "null", "null", "null"),
            List.of("[]", "[]", "{x: null, x_2: null}", "[]"));
    Field list = reading.schema().getFields().getFirst();
    assertThat(list.getChildren().getFirst().getMetadata())
        .containsEntry("trino.type", "array(integer)");
  }

  @Test
  void refusesContainersThatAreNone() {
    for (Column.Type type :
        List.of(array(BIGINT), map(BIGINT, BIGINT), row("a", BIGINT, "b", BIGINT))) {
      for (String json : List.of("1", "\"x\"", "[1,2,3,\"\"]", "{\"a\":1}", "[[]]")) {
        ResultWriter writer = ResultFormat.ARROW.open();
        ByteOutput out = new ByteOutput();
        writer.begin(List.of(column("x", type)), out);
        assertThatThrownBy(() -> add(writer, "[" + json + "]", out))
            .describedAs("%s %s", type.text(), json)
            .isInstanceOf(UnreadableResultException.class);
      }
    }
  }

  @Test
  void keepsTheNamesOfColumns() {
    ArrowReading reading =
        ArrowReading.of(
            whole(
                ResultFormat.ARROW,
                List.of(column("x", BIGINT), column("x", VARCHAR), column("", BIGINT)),
                "[1,\"a\",2]"));

    assertThat(reading.schema().getFields().stream().map(Field::getName))
        .containsExactly("x", "x", "");
    assertThat(reading.rows()).containsExactly(List.of("1", "a", "2"));
  }

  @Test
  void writesResultsWithoutRowsAndWithoutColumns() {
    ArrowReading empty = ArrowReading.of(whole(ResultFormat.ARROW, List.of(column("x", BIGINT))));
    assertThat(empty.rows()).isEmpty();
    assertThat(empty.batches()).isEmpty();

    ArrowReading nothing = ArrowReading.of(whole(ResultFormat.ARROW, List.of()));
    assertThat(nothing.schema().getFields()).isEmpty();
  }

  @Test
  void writesBatchesOfBoundedSizeAndWhereAskedTo() {
    ResultWriter writer = ResultFormat.ARROW.open();
    ByteOutput out = new ByteOutput();
    writer.begin(List.of(column("x", BIGINT), column("s", VARCHAR)), out);
    writer.flush(out);
    add(writer, "[0,\"first\"]", out);
    writer.flush(out);
    writer.flush(out);
    String kilobyte = "x".repeat(1_000);
    for (int i = 1; i < 5_000; i++) {
      add(writer, "[" + i + ",\"" + (i % 3 == 0 ? kilobyte : "") + "\"]", out);
    }
    for (int i = 5_000; i < 200_000; i++) {
      add(writer, "[" + i + ",null]", out);
    }
    writer.complete(out);

    ArrowReading reading = ArrowReading.of(out.take());
    assertThat(reading.batches().getFirst()).isEqualTo(1);
    assertThat(reading.batches()).hasSizeGreaterThan(4).allMatch(rows -> rows <= 64 << 10);
    assertThat(reading.rows()).hasSize(200_000);
    for (int i = 0; i < 200_000; i++) {
      assertThat(reading.rows().get(i).getFirst()).isEqualTo(String.valueOf(i));
    }
    assertThat(reading.rows().get(3).get(1)).isEqualTo(kilobyte);
    assertThat(reading.rows().get(5_001).get(1)).isEqualTo("null");
  }

  @Test
  void boundsWhatNullRowsTake() {
    Object[] fields = new Object[2_000];
    for (int i = 0; i < fields.length; i += 2) {
      fields[i] = "f" + i;
      fields[i + 1] = Column.Type.of("decimal", 38L, 0L);
    }
    ResultWriter writer = ResultFormat.ARROW.open();
    ByteOutput out = new ByteOutput();
    writer.begin(List.of(column("x", array(row(fields)))), out);

    assertThatThrownBy(() -> add(writer, "[[" + "null,".repeat(20_000) + "null]]", out))
        .isInstanceOf(UnreadableResultException.class)
        .hasMessage("rows take more than 268435456 bytes at once in Arrow");
  }

  @Test
  void cutsAStreamThatFailed() {
    assertThat(ResultFormat.ARROW.open().cutsOnFailure()).isTrue();
  }
}
