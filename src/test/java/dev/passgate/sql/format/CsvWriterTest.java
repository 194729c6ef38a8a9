package dev.passgate.sql.format;

import static dev.passgate.sql.format.Written.add;
import static dev.passgate.sql.format.Written.array;
import static dev.passgate.sql.format.Written.column;
import static dev.passgate.sql.format.Written.map;
import static dev.passgate.sql.format.Written.row;
import static dev.passgate.sql.format.Written.take;
import static dev.passgate.sql.format.Written.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvWriterTest {

  private static final Column.Type BIGINT = Column.Type.of("bigint");
  private static final Column.Type VARCHAR = Column.Type.of("varchar");

  private static final List<Column> TEXT = List.of(column("a", VARCHAR), column("b", VARCHAR));

  @Test
  void writesAHeaderAndLinesThatEndInCrLf() {
    assertThat(
            text(
                ResultFormat.CSV,
                List.of(column("id", BIGINT), column("price", "decimal", 10L, 2L)),
                "[1,\"1.50\"]",
                "[-2,\"0.00\"]"))
        .isEqualTo("id,price\r\n1,1.50\r\n-2,0.00\r\n");
  }

  @Test
  void tellsNullFromTheEmptyString() {
    assertThat(text(ResultFormat.CSV, TEXT, "[null,\"\"]", "[\"\",null]", "[\"null\",\"x\"]"))
        .isEqualTo("a,b\r\n,\"\"\r\n\"\",\r\nnull,x\r\n");
  }

  @Test
  void quotesWhatNeedsIt() {
    assertThat(
            text(
                ResultFormat.CSV,
                TEXT,
                "[\"a,b\",\"say \\\"hi\\\"\"]",
                "[\"two\\nlines\",\"\\r\"]",
                "[\"a\\tb\\\\c\\/d\",\"\\u00e9\\ud83d\\ude00é\"]"))
        .isEqualTo(
            "a,b\r\n\"a,b\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",\"\r\"\r\na\tb\\c/d,é😀é\r\n");
  }

  @Test
  void leavesFormulasAsTheyAre() {
    assertThat(text(ResultFormat.CSV, TEXT, "[\"=1+1\",\"@x\"]")).isEqualTo("a,b\r\n=1+1,@x\r\n");
  }

  @Test
  void keepsTheNamesOfColumns() {
    assertThat(
            text(
                ResultFormat.CSV,
                List.of(
                    column("x", BIGINT),
                    column("x", BIGINT),
                    column("", BIGINT),
                    column("a,\"b\"", BIGINT))))
        .isEqualTo("x,x,\"\",\"a,\"\"b\"\"\"\r\n");
  }

  @Test
  void writesContainersAsJson() {
    assertThat(
            text(
                ResultFormat.CSV,
                List.of(
                    column("a", array(BIGINT)),
                    column("m", map(VARCHAR, BIGINT)),
                    column("r", row("x", BIGINT, "y", VARCHAR)),
                    column("e", array(BIGINT))),
                "[[1,2],{\"k\":1},[1,\"a\\\"b\"],[1]]"))
        .isEqualTo(
            "a,m,r,e\r\n\"[1,2]\",\"{\"\"k\"\":1}\",\"{\"\"x\"\":1,\"\"y\"\":\"\"a\\\"\"b\"\"}\",[1]\r\n");
  }

  @Test
  void writesWhatIsNoNumberAsText() {
    assertThat(
            text(
                ResultFormat.CSV,
                List.of(column("d", "double"), column("t", "boolean")),
                "[\"NaN\",true]",
                "[1.0E7,false]",
                "[\"-Infinity\",null]"))
        .isEqualTo("d,t\r\nNaN,true\r\n1.0E7,false\r\n-Infinity,\r\n");
  }

  @Test
  void writesNothingForAStatementWithoutColumns() {
    assertThat(text(ResultFormat.CSV, List.of())).isEmpty();
  }

  @Test
  void endsWithAnOpenQuoteAfterAFailure() {
    ResultWriter writer = ResultFormat.CSV.open();
    ByteOutput out = new ByteOutput();
    writer.begin(TEXT, out);
    add(writer, "[\"x\",\"y\"]", out);
    writer.fail(new QueryError("no \"x\"", 1, "SYNTAX_ERROR", "USER_ERROR", null, null, null), out);

    assertThat(take(out)).isEqualTo("a,b\r\nx,y\r\n\"query failed: SYNTAX_ERROR: no \"\"x\"\"\r\n");
    assertThat(writer.cutsOnFailure()).isTrue();
  }
}
