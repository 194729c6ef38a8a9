package dev.passgate.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowValuesTest {

  @Test
  void goesThroughValuesOfEveryKind() {
    assertThat(values("[1,\"a\",null,true,-1.5E-10,[1,[2]],{\"a\":{}},\"\",[],{}]"))
        .containsExactly(
            "1", "\"a\"", "null", "true", "-1.5E-10", "[1,[2]]", "{\"a\":{}}", "\"\"", "[]", "{}");
  }

  @Test
  void goesThroughNamesAndValuesOfAnObject() {
    assertThat(values("{\"a:b\":1,\"c\" : [2,3] ,\"\":null}"))
        .containsExactly("\"a:b\"", "1", "\"c\"", "[2,3]", "\"\"", "null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "[ ]", "[\n]"})
  void findsNothingInAnEmptyOne(String text) {
    assertThat(values(text)).isEmpty();
  }

  @Test
  void isNotMisledByWhatStandsInStrings() {
    assertThat(
            values(
                "[\"a,b\",\"]\",\"\\\"\",\"\\\\\",\"\\\\\\\"x\",[\"]\",\"\\\"]\"],"
                    + "\"long enough to be read by words \\\" and on\"]"))
        .containsExactly(
            "\"a,b\"",
            "\"]\"",
            "\"\\\"\"",
            "\"\\\\\"",
            "\"\\\\\\\"x\"",
            "[\"]\",\"\\\"]\"]",
            "\"long enough to be read by words \\\" and on\"");
  }

  @Test
  void saysWhichStringsAreEscaped() {
    byte[] row = "[\"a\",\"\\n\",\"0123456789\\u00410123456789\",\"b\",1]".getBytes(UTF_8);
    RowValues values = new RowValues().of(row, 0, row.length);
    List<Boolean> escaped = new ArrayList<>();
    while (values.next()) {
      escaped.add(values.isEscaped());
    }
    assertThat(escaped).containsExactly(false, true, true, false, false);
  }

  @Test
  void saysWhatIsNullAndWhatIsAString() {
    byte[] row = "[null,\"null\",[null],1]".getBytes(UTF_8);
    RowValues values = new RowValues().of(row, 0, row.length);
    List<String> kinds = new ArrayList<>();
    while (values.next()) {
      kinds.add(values.isNull() + " " + values.isString());
    }
    assertThat(kinds).containsExactly("true false", "false true", "false false", "false false");
  }

  @Test
  void readsNothingBeyondItsRow() {
    byte[] bytes = "xx[1,\"a\"],\"b\"]".getBytes(UTF_8);
    RowValues values = new RowValues().of(bytes, 2, 9);

    assertThat(rest(values)).containsExactly("1", "\"a\"");
    assertThat(values.next()).isFalse();
  }

  /** Rows that nothing writes end all the same, and within their bytes. */
  @Test
  void endsForNonsense() {
    byte[] alphabet = "\"\"\\\\[]{}:, x1n".getBytes(UTF_8);
    Random random = new Random(7);
    for (int run = 0; run < 20_000; run++) {
      byte[] row = new byte[2 + random.nextInt(40)];
      for (int i = 0; i < row.length; i++) {
        row[i] = alphabet[random.nextInt(alphabet.length)];
      }
      RowValues values = new RowValues().of(row, 0, row.length);
      int last = 1;
      while (values.next()) {
        assertThat(values.start()).isGreaterThanOrEqualTo(last);
        assertThat(values.end()).isGreaterThan(values.start()).isLessThanOrEqualTo(row.length - 1);
        last = values.end();
      }
    }
  }

  private static List<String> values(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return rest(new RowValues().of(bytes, 0, bytes.length));
  }

  private static List<String> rest(RowValues values) {
    List<String> texts = new ArrayList<>();
    while (values.next()) {
      texts.add(new String(values.bytes(), values.start(), values.end() - values.start(), UTF_8));
    }
    return texts;
  }
}
