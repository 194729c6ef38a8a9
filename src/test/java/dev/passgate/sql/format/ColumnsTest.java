package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {

  @Test
  void readsColumnsAsTrinoWritesThem() {
    List<Column> columns =
        parse(
            """
            [{"name":"t","type":"timestamp(3) with time zone","typeSignature":{"rawType":"timestamp with time zone","arguments":[{"kind":"LONG","value":3}]}},
             {"name":"","type":"INTERVAL YEAR TO MONTH","typeSignature":{"rawType":"INTERVAL year to month","arguments":[]}},
             {"name":"r","type":"row(\\"x y\\" bigint, array(varchar))","typeSignature":{"rawType":"row","arguments":[
               {"kind":"NAMED_TYPE","value":{"fieldName":{"name":"x y"},"typeSignature":{"rawType":"bigint","arguments":[]}}},
               {"kind":"NAMED_TYPE","value":{"typeSignature":{"rawType":"array","arguments":[{"kind":"TYPE","value":
                 {"rawType":"varchar","arguments":[{"kind":"LONG","value":2147483647}]}}]}}}]}}]""");

    assertThat(columns)
        .containsExactly(
            new Column(
                "t", "timestamp(3) with time zone", Column.Type.of("timestamp with time zone", 3L)),
            new Column("", "INTERVAL YEAR TO MONTH", Column.Type.of("interval year to month")),
            new Column(
                "r",
                "row(\"x y\" bigint, array(varchar))",
                Written.row(
                    "x y",
                    Column.Type.of("bigint"),
                    "",
                    Written.array(Column.Type.of("varchar", (long) Integer.MAX_VALUE)))));
    assertThat(columns.get(0).signature().text()).isEqualTo("timestamp(3) with time zone");
    assertThat(columns.get(2).signature().text()).isEqualTo("row(x y bigint, array(varchar))");
  }

  @Test
  void readsOnlyThePartThatItIsGiven() {
    byte[] bytes = "[7][]]".getBytes(UTF_8);

    assertThat(Columns.parse(bytes, 3, 5)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "{}",
        "null",
        "[1]",
        "[{}]",
        "[{\"name\":\"x\",\"type\":\"bigint\"}]",
        "[{\"name\":1,\"type\":\"bigint\",\"typeSignature\":{\"rawType\":\"bigint\",\"arguments\":[]}}]",
        "[{\"name\":\"x\",\"type\":\"a\",\"typeSignature\":{\"rawType\":\"a\",\"arguments\":[{\"kind\":\"NEW\",\"value\":1}]}}]",
        "[{\"name\":\"x\",\"type\":\"a\",\"typeSignature\":{\"rawType\":\"a\",\"arguments\":[{\"kind\":\"LONG\",\"value\":\"1\"}]}}]",
        "[{\"name\":\"x\",\"type\":\"a\",\"typeSignature\":{\"rawType\":\"a\",\"arguments\":[{\"kind\":\"TYPE\",\"value\":1}]}}]"
      })
  void refusesWhatIsNotOfTrinosForm(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(UnreadableResultException.class);
  }

  @Test
  void boundsDepthAndNumber() {
    assertThat(parse("[" + nested(Columns.MAX_DEPTH) + "]")).hasSize(1);
    assertThatThrownBy(() -> parse("[" + nested(Columns.MAX_DEPTH + 1) + "]"))
        .isInstanceOf(UnreadableResultException.class);
    assertThatThrownBy(() -> parse("[" + nested(10_000) + "]"))
        .isInstanceOf(UnreadableResultException.class);

    String column = nested(1);
    assertThat(parse("[" + (column + ",").repeat(Columns.MAX_TYPES - 1) + column + "]"))
        .hasSize(Columns.MAX_TYPES);
    assertThatThrownBy(() -> parse("[" + (column + ",").repeat(Columns.MAX_TYPES) + column + "]"))
        .isInstanceOf(UnreadableResultException.class)
        .hasMessage("there are more than 100000 columns and fields");
  }

  private static String nested(int depth) {
    return "{\"name\":\"x\",\"type\":\"x\",\"typeSignature\":"
        + "{\"rawType\":\"array\",\"arguments\":[{\"kind\":\"TYPE\",\"value\":".repeat(depth - 1)
        + "{\"rawType\":\"bigint\",\"arguments\":[]}"
        + "}]}".repeat(depth - 1)
        + "}";
  }

  private static List<Column> parse(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return Columns.parse(bytes, 0, bytes.length);
  }
}
