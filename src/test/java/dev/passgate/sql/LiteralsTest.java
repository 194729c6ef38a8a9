package dev.passgate.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class LiteralsTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static String literal(String json) {
    return Literals.of(JSON.readTree(json), "parameters[0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null|NULL",
        "true|true",
        "\"it's\"|'it''s'",
        "\"'; drop table x --\"|'''; drop table x --'",
        "\"\\\\'\"|'\\'''",
        "9223372036854775808|9223372036854775808",
        "-1|-1",
        "0.1|0.1",
        "1.50|1.50",
        "1e3|1000",
        "[]|ARRAY[]",
        "[1,[null,\"a\"]]|ARRAY[1, ARRAY[NULL, 'a']]",
        "{\"type\":\"date\",\"value\":\"2026-01-31\"}|CAST('2026-01-31' AS date)",
        "{\"type\":\"timestamp(3) with time zone\",\"value\":\"x\"}|CAST('x' AS timestamp(3) with time zone)",
        "{\"type\":\"map(varchar, array(bigint))\",\"value\":null}|CAST(NULL AS map(varchar, array(bigint)))",
        "{\"type\":\"array(double)\",\"value\":[1]}|CAST(ARRAY[1] AS array(double))"
      })
  void writesValues(String json, String expected) {
    assertThat(literal(json)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "date) --",
        "date); drop table x",
        "\\\"x\\\"",
        "row(x '1')",
        "",
        " date",
        "date/**/",
        "1x",
        "decimal(10,2)) or (1=1",
        "decimal(1)) or ((true)",
        "decimal(1",
        "decimal)1("
      })
  void takesNothingElseForTheNameOfAType(String type) {
    assertThatThrownBy(() -> literal("{\"type\":\"" + type + "\",\"value\":1}"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("parameters[0].type is not the name of a type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e500", "1e-500", "1e999999999"})
  void refusesNumbersThatWouldFillTheStatement(String number) {
    assertThatThrownBy(() -> literal(number)).isInstanceOf(BadRequestException.class);
  }
}
