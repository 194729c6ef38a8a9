package dev.passgate.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlRequestReaderTest {

  private final SqlRequestReader reader = new SqlRequestReader();

  private SqlRequest read(String json) {
    return reader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), false);
  }

  @Test
  void readsEveryMember() {
    SqlRequest request =
        read(
            "{'sql':' select ? ; ','size':5,'catalog':'hive','schema':'web','timeout':'2m',"
                + "'session':{'query_max_run_time':'5m','a.b':1,'c':true},'parameters':[1],"
                + "'progress':true}");

    assertThat(request)
        .isEqualTo(
            new SqlRequest(
                " select ?",
                5L,
                java.util.List.of("1"),
                "hive",
                "web",
                Map.of("query_max_run_time", "5m", "a.b", "1", "c", "true"),
                Duration.ofMinutes(2),
                true,
                null));
    assertThat(request.statement()).isEqualTo("EXECUTE IMMEDIATE ' select ?' USING 1");
  }

  @Test
  void takesNullForNothing() {
    assertThat(
            read(
                "{'sql':'select 1','size':null,'catalog':null,'schema':null,'timeout':null,"
                    + "'session':null,'parameters':null,'progress':null}"))
        .isEqualTo(read("{'sql':'select 1'}"));
  }

  @Test
  void bindsNothingWhereThereIsNothingToBind() {
    assertThat(read("{'sql':'select 1'}").statement()).isEqualTo("select 1");
    assertThat(read("{'sql':'select 1','parameters':[]}").statement())
        .isEqualTo("EXECUTE IMMEDIATE 'select 1'");
  }

  @Test
  void keepsAStatementOutOfItsDescription() {
    assertThat(read("{'sql':'select secret'}").toString()).doesNotContain("secret");
  }

  @Test
  void readsANameOfAFileOnlyForADownload() {
    byte[] body = "{\"sql\":\"select 1\",\"filename\":\"x\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(reader.read(body, true).filename()).isEqualTo("x");
    assertThatThrownBy(() -> reader.read(body, false)).hasMessageContaining("filename");
  }

  @ParameterizedTest
  @CsvSource({
    "30,30000",
    "'30',30000",
    "'500ms',500",
    "'30s',30000",
    "'5m',300000",
    "'1h',3600000"
  })
  void readsTimes(String timeout, long millis) {
    assertThat(read("{'sql':'x','timeout':\"" + timeout.replace("'", "") + "\"}").timeout())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "|the body is not a JSON object",
        "null|the body is not a JSON object",
        "'x'|the body is not a JSON object",
        "{'sql':'x'} {}|the body is not JSON",
        "{'sql':'x','sql':'y'}|the body is not JSON",
        "{'sql':null}|sql is missing or empty",
        "{'sql':' ; '}|sql is missing or empty",
        "{'sql':['x']}|sql is not a string",
        "{'sql':'x','zebra':1,'ant':2}|unknown members: ant, zebra",
        "{'sql':'x','size':0}|size is not a whole number from 1 up",
        "{'sql':'x','size':-1}|size is not a whole number from 1 up",
        "{'sql':'x','size':'5'}|size is not a whole number from 1 up",
        "{'sql':'x','size':1e1}|size is not a whole number from 1 up",
        "{'sql':'x','size':99999999999999999999}|size is not a whole number from 1 up",
        "{'sql':'x','parameters':[1E-2147483648]}|the body has a number that is out of range",
        "{'sql':'x','timeout':'9999999h'}|timeout is not longer than nothing and at most 30 days",
        "{'sql':'x','timeout':0}|timeout is not longer than nothing",
        "{'sql':'x','timeout':-5}|timeout is not seconds",
        "{'sql':'x','timeout':'5 days'}|timeout is not seconds",
        "{'sql':'x','timeout':1.5}|timeout is not seconds",
        "{'sql':'x','progress':'yes'}|progress is neither true nor false",
        "{'sql':'x','session':['a']}|session is not an object",
        "{'sql':'x','session':{'a=b':1}}|session has a name that is none",
        "{'sql':'x','session':{'a':null}}|session.a is neither",
        "{'sql':'x','session':{'a':{}}}|session.a is neither",
        "{'sql':'x','catalog':''}|catalog is not a name",
        "{'sql':'x','catalog':7}|catalog is not a string",
        "{'sql':'x','schema':'a\\r\\nb'}|schema is not a name",
        "{'sql':'x','parameters':'y'}|parameters is not an array",
        "{'sql':'x','parameters':[{}]}|parameters[0] is an object that is not",
        "{'sql':'x','parameters':[[1,{'type':'date'}]]}|parameters[0][1] is an object that is not"
      })
  void saysWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> read(json == null ? "" : json))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void doesNotRepeatTheBodyInAMessage() {
    assertThatThrownBy(() -> read("{'sql': secret}")).hasMessageNotContaining("{\"sql\"");
  }

  @Test
  void boundsNesting() {
    assertThatThrownBy(
            () -> read("{'sql':'x','parameters':" + "[".repeat(100) + "]".repeat(100) + "}"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> read("[".repeat(100_000)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("nesting depth");
  }
}
