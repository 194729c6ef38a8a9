package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static dev.passgate.protocol.Rewriting.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.protocol.Rewriting.Collector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonUriRewriterTest {

  @Test
  void rewritesTheUrisOfTheDirectProtocol() {
    assertThat(
            whole(
                """
                {"id":"i","infoUri":"http://trino:8080/ui/query.html?i",\
                "partialCancelUri":"http://trino:8080/v1/statement/executing/partialCancel/i/0/y/1",\
                "nextUri":"http://trino:8080/v1/statement/executing/i/y/1","data":[[1,"x"]]}
                """))
        .isEqualTo(
            """
            {"id":"i","infoUri":"https://gateway.example/ui/query.html?i",\
            "partialCancelUri":"https://gateway.example/v1/statement/executing/partialCancel/i/0/y/1",\
            "nextUri":"https://gateway.example/v1/statement/executing/i/y/1","data":[[1,"x"]]}
            """);
  }

  @Test
  void rewritesTheUrisOfEverySegment() {
    assertThat(
            whole(
                """
                {"data":{"encoding":"json","segments":[\
                {"type":"spooled","uri":"http://trino:8080/v1/spooled/download/a=","ackUri":"http://trino:8080/v1/spooled/ack/a="},\
                {"type":"inline","data":"aHR0cDovL3RyaW5vOjgwODA=","metadata":{"uri":"http://trino:8080/x"}},\
                {"uri":"https://store.example/b?X-Amz=1","ackUri":"http://trino:8080/v1/spooled/ack/b="}]}}\
                """))
        .isEqualTo(
            """
            {"data":{"encoding":"json","segments":[\
            {"type":"spooled","uri":"https://gateway.example/v1/spooled/download/a=","ackUri":"https://gateway.example/v1/spooled/ack/a="},\
            {"type":"inline","data":"aHR0cDovL3RyaW5vOjgwODA=","metadata":{"uri":"http://trino:8080/x"}},\
            {"uri":"https://store.example/b?X-Amz=1","ackUri":"https://gateway.example/v1/spooled/ack/b="}]}}\
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\":[[\"nextUri\",\"http://trino:8080/x\"]]}",
        "{\"data\":[{\"nextUri\":\"http://trino:8080/x\"}]}",
        "{\"data\":[[\"\\\"nextUri\\\":\\\"http://trino:8080/x\\\"\"]]}",
        "{\"data\":[[{\"segments\":[{\"uri\":\"http://trino:8080/x\"}]}]]}",
        "{\"data\":{\"uri\":\"http://trino:8080/x\"}}",
        "{\"data\":{\"segments\":{\"uri\":\"http://trino:8080/x\"}}}",
        "{\"data\":{\"segments\":[[{\"uri\":\"http://trino:8080/x\"}]]}}",
        "{\"segments\":[{\"uri\":\"http://trino:8080/x\"}]}",
        "{\"stats\":{\"nextUri\":\"http://trino:8080/x\"}}",
        "{\"uri\":\"http://trino:8080/x\",\"ackUri\":\"http://trino:8080/x\"}",
        "{\"nexturi\":\"http://trino:8080/x\",\"nextUri \":\"http://trino:8080/x\"}",
        "{\"nextUri\":[\"http://trino:8080/x\"]}",
        "{\"nextUri\":{\"nextUri\":\"http://trino:8080/x\"}}",
        "{\"x\":\"nextUri\",\"y\":\"http://trino:8080/x\"}",
        "{\"id\":\"http://trino:8080/x\",\"nextUri\":null}",
        "[{\"nextUri\":\"http://trino:8080/x\"}]",
        "\"nextUri\":\"http://trino:8080/x\"",
        "{\"nextUri\" \"http://trino:8080/x\"}",
        "{\"nextUri\":1 , :\"http://trino:8080/x\"}",
        "{\"nextUri\":\"https://elsewhere.example/x\"}",
        "{\"nextUri\":\"http://trino:80801/x\"}",
        "{\"nextUri\":\"http://trino:8080\\",
        "{\"nextUri\":\"http://trino:8080/\\x\"}",
        "{\"nextUri\":\"http://trino:8080/\\u00g0\"}",
        "",
        " ",
        "null",
        "}}]]}",
        "{\"nextUri\":\"\"}",
      })
  void leavesEverythingElse(String document) {
    assertThat(whole(document)).isEqualTo(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"next\\u0055ri\":\"http://trino:8080/x\"}",
        "{\"\\u006e\\u0065\\u0078\\u0074\\u0055\\u0072\\u0069\":\"http://trino:8080/x\"}",
        "{\"nextUri\":\"http:\\/\\/trino:8080\\/x\"}",
        "{\"nextUri\":\"\\u0068ttp\\u003A//trino:8080/x\"}",
        "\uFEFF{\"nextUri\":\"http://trino:8080/x\"}",
        "{ \"nextUri\" \t:\r\n \"http://trino:8080/x\" }",
        "{\"stats\":{\"a\":[[{}]]},\"nextUri\":\"http://trino:8080/x\"}",
        "{\"data\":[[\"]}\\\\\",\"\\\"\"]],\"nextUri\":\"http://trino:8080/x\"}",
        "{\"data\":{\"segments\":[]},\"nextUri\":\"http://trino:8080/x\"}",
        "{\"data\":null,\"nextUri\":\"http://trino:8080/x\"}",
        "{} [] 1 {\"nextUri\":\"http://trino:8080/x\"}",
        "}]{\"nextUri\":\"http://trino:8080/x\"}",
        "{\"stats\":[},\"nextUri\":\"http://trino:8080/x\"}",
        "{\"nextUri\":\"HTTP://Trino:8080/x\"",
      })
  void findsTheUriHoweverItIsWritten(String document) {
    assertThat(whole(document)).contains("\"https://gateway.example/x\"").doesNotContain("8080");
  }

  @Test
  void rewritesEachOfDuplicateKeysAndOfSeveralDocuments() {
    assertThat(
            whole(
                "{\"nextUri\":\"http://trino:8080/1\",\"nextUri\":\"http://trino:8080/2\"}\n"
                    + "{\"nextUri\":\"http://trino:8080/3\"}"))
        .isEqualTo(
            "{\"nextUri\":\"https://gateway.example/1\",\"nextUri\":\"https://gateway.example/2\"}\n"
                + "{\"nextUri\":\"https://gateway.example/3\"}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "http://trino:8080/a\\\"b, https://gateway.example/a\\\"b",
        "http://trino:8080/a\\\\b, https://gateway.example/a\\\\b",
        "http://trino:8080/\\u00e9\\ud83d\\ude00, https://gateway.example/\\u00e9\\ud83d\\ude00",
        "http://trino:8080/é, https://gateway.example/\\u00e9",
        "http://trino:8080/\\ud800, https://gateway.example/\\ud800",
        "http://trino:8080/\\n\\t\\u0000, https://gateway.example/\\u000a\\u0009\\u0000",
        "http://trino:8080/%2F?a=%20&b#c, https://gateway.example/%2F?a=%20&b#c",
        "http://trino:8080, https://gateway.example",
      })
  void writesTheNewUriAsJson(String uri, String expected) {
    assertThat(whole("{\"nextUri\":\"" + uri + "\"}"))
        .isEqualTo("{\"nextUri\":\"" + expected + "\"}");
  }

  @Test
  void leavesAValueThatIsNotUtf8() {
    byte[] document = bytes("{\"nextUri\":\"http://trino:8080/?\"}");
    document[document.length - 3] = (byte) 0xff;

    assertThat(whole(document)).isEqualTo(document);
  }

  @Test
  void passesAChunkWithoutAChangeAsOneRange() {
    Collector collector = new Collector();
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);
    ByteBuffer chunk =
        ByteBuffer.wrap(
            bytes(
                """
                {"id":"x","nextUri":"https://elsewhere.example/","infoUri":"","data":[["http://trino:8080/"]]}
                """));
    collector.chunk(chunk);

    rewriter.rewrite(chunk, collector);
    rewriter.finish(collector);

    assertThat(collector.calls).containsExactly("pass");
    assertThat(collector.bytes()).isEqualTo(chunk.array());
  }

  @Test
  void emitsNothingForAnEmptyChunk() {
    Collector collector = new Collector();
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);

    rewriter.rewrite(ByteBuffer.allocate(0), collector);
    rewriter.finish(collector);

    assertThat(collector.calls).isEmpty();
  }

  @Test
  void copiesOnlyWhatItHeldOfAValueThatStays() {
    Collector collector = new Collector();
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);
    for (String piece : new String[] {"{\"nextUri\":\"https://else", "where.example/\"}"}) {
      ByteBuffer chunk = ByteBuffer.wrap(bytes(piece));
      collector.chunk(chunk);
      rewriter.rewrite(chunk, collector);
    }

    assertThat(collector.calls).containsExactly("pass", "insert", "pass");
    assertThat(new String(collector.bytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"nextUri\":\"https://elsewhere.example/\"}");
  }

  @Test
  void takesNothingAfterTheEnd() {
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);
    rewriter.finish(new Collector());

    assertThatThrownBy(() -> rewriter.rewrite(ByteBuffer.allocate(1), new Collector()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rewriter.finish(new Collector()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void survivesDeepNesting() {
    String deep = "{\"x\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000);

    assertThat(whole(deep + ",\"nextUri\":\"http://trino:8080/x\"}"))
        .isEqualTo(deep + ",\"nextUri\":\"https://gateway.example/x\"}");
  }
}
