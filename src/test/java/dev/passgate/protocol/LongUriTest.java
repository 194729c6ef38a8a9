package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static dev.passgate.protocol.Rewriting.cut;
import static dev.passgate.protocol.Rewriting.everyByte;
import static dev.passgate.protocol.Rewriting.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.protocol.Rewriting.Collector;
import dev.passgate.protocol.Rewriting.Memory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LongUriTest {

  private static final String OWN = "http://trino:8080/";
  private static final String ELSEWHERE = "https://store.example/";
  private static final String AFTER = "\",\"infoUri\":\"http://trino:8080/i\"}";

  private static String document(String start, int length) {
    return "{\"nextUri\":\"" + start + "x".repeat(length - start.length()) + AFTER;
  }

  @ParameterizedTest
  @EnumSource
  void rewritesAUriOfExactlyTheBound(Memory memory) {
    byte[] input = bytes(document(OWN, JsonUriRewriter.MAX_URI_BYTES));
    String expected =
        "{\"nextUri\":\"https://gateway.example/"
            + "x".repeat(JsonUriRewriter.MAX_URI_BYTES - OWN.length())
            + AFTER.replace("http://trino:8080", "https://gateway.example");

    assertThat(cut(input, memory)).isEqualTo(bytes(expected));
    assertThat(cut(input, memory, everyByte(input.length))).isEqualTo(bytes(expected));
    for (int at = input.length - AFTER.length() - 2; at < input.length; at++) {
      assertThat(cut(input, memory, 30, at)).isEqualTo(bytes(expected));
    }
  }

  @ParameterizedTest
  @EnumSource
  void failsOnAnOwnUriOverTheBoundWhereverItIsCut(Memory memory) {
    byte[] input = bytes(document(OWN, JsonUriRewriter.MAX_URI_BYTES + 1));

    assertThatThrownBy(() -> cut(input, memory))
        .isInstanceOfSatisfying(
            UriTooLongException.class, e -> assertThat(e.field()).isEqualTo(UriField.NEXT_URI));
    assertThatThrownBy(() -> cut(input, memory, everyByte(input.length)))
        .isInstanceOf(UriTooLongException.class);
    for (int at = input.length - AFTER.length() - 2; at < input.length; at++) {
      int cut = at;
      assertThatThrownBy(() -> cut(input, memory, cut)).isInstanceOf(UriTooLongException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP://TRINO:8080/",
        "http:\\/\\/trino:8080\\/",
        "\\u0068\\u0074\\u0074\\u0070\\u003a\\u002f\\u002f\\u0074rino:8080?",
        "http://trino:8080/\\u0020",
        "http://trino:8080/\\x",
        "http://trino:8080#"
      })
  void failsOnAnOwnUriOverTheBoundHoweverItIsWritten(String start) {
    assertThatThrownBy(() -> whole(document(start, 20_000)))
        .isInstanceOf(UriTooLongException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {ELSEWHERE, "", "http://trino:80801/", "http://trino:8080", "http://"})
  void passesAnyOtherValueOverTheBound(String start) {
    String document = document(start, 50_000);

    assertThat(whole(document))
        .isEqualTo(document.replace("\"http://trino:8080/i\"", "\"https://gateway.example/i\""));
  }

  @ParameterizedTest
  @EnumSource
  void passesAnotherValueOverTheBoundWhereverItIsCut(Memory memory) {
    // Backslashes about the bound: the quotes after them are not the end.
    String uri = ELSEWHERE + "x".repeat(JsonUriRewriter.MAX_URI_BYTES - ELSEWHERE.length() - 3);
    byte[] input = bytes("{\"nextUri\":\"" + uri + "\\\\\\\"\\\"\\\\" + AFTER);
    byte[] expected =
        bytes(
            new String(input, StandardCharsets.UTF_8)
                .replace("http://trino:8080", "https://gateway.example"));

    assertThat(cut(input, memory)).isEqualTo(expected);
    assertThat(cut(input, memory, everyByte(input.length))).isEqualTo(expected);
    for (int at = input.length - AFTER.length() - 12; at < input.length; at++) {
      assertThat(cut(input, memory, at)).isEqualTo(expected);
      assertThat(cut(input, memory, 20, at)).isEqualTo(expected);
    }
  }

  @Test
  void letsNothingOfTheUriOutAndTakesNothingMore() {
    Collector collector = new Collector();
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);
    ByteBuffer first = ByteBuffer.wrap(bytes("{\"nextUri\":\"" + OWN));
    collector.chunk(first);
    rewriter.rewrite(first, collector);
    ByteBuffer second = ByteBuffer.wrap(bytes("x".repeat(JsonUriRewriter.MAX_URI_BYTES)));
    collector.chunk(second);

    assertThatThrownBy(() -> rewriter.rewrite(second, collector))
        .isInstanceOf(UriTooLongException.class);
    assertThatThrownBy(() -> rewriter.rewrite(second, collector))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rewriter.finish(collector)).isInstanceOf(IllegalStateException.class);
    assertThat(collector.bytes()).isEqualTo(bytes("{\"nextUri\":\""));
  }
}
