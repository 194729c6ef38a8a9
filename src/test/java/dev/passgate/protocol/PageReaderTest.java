package dev.passgate.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.protocol.PageReader.UnreadablePageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageReaderTest {

  private static final int LIMIT = 4_000;

  /** As Trino 476 writes them, but for the white space of the last. */
  static final List<String> PAGES =
      List.of(
          """
          {"id":"20250701_101112_00042_abcde","infoUri":"http://trino:8080/ui/query.html?20250701_101112_00042_abcde",\
          "nextUri":"http://trino:8080/v1/statement/queued/20250701_101112_00042_abcde/y0/1",\
          "stats":{"state":"QUEUED","queued":true,"elapsedTimeMillis":0},"warnings":[]}""",
          """
          {"id":"20250701_101112_00042_abcde","nextUri":"http://trino:8080/v1/statement/executing/20250701_101112_00042_abcde/y0/1",\
          "columns":[{"name":"a\\"b","type":"row(x bigint)","typeSignature":{"rawType":"row","arguments":[{"kind":"NAMED_TYPE"}]}}],\
          "data":[[1,"é\\\\","\\"data\\":[["],[null,"}]","\\u005d😀"],[[],{},{"a":[]}],[],["ab,cd",-1.5E10,true]],\
          "stats":{"state":"RUNNING","rootStage":{"subStages":[{"subStages":[]}]}},"warnings":[],"updateType":"INSERT","updateCount":0}
          """,
          """
          {"data":[["first"]],"columns":[{"name":"data","type":"varchar"}],"data":null,"data":[],"partialCancelUri":null}""",
          """
          {"id":"x","stats":{"state":"FAILED"},"error":{"message":"line 1:1: mismatched \\"input\\" \\\\\\\\","errorCode":1,\
          "failureInfo":{"stack":["[","{"]}},"warnings":[]}""",
          " { \"id\" : \"x\" , \"data\" : [ [ 1 , \"a b\" ] , [ 2 ] ] , \"updateCount\" : 12 , \"ok\" : true } \n");

  /** What a sink is told, a line each. */
  private static final class Recorder implements PageReader.Sink {

    private final List<String> calls = new ArrayList<>();

    @Override
    public void member(String name, byte[] bytes, int start, int end) {
      calls.add(name + "=" + new String(bytes, start, end - start, UTF_8));
    }

    @Override
    public void row(byte[] bytes, int start, int end) {
      calls.add(new String(bytes, start, end - start, UTF_8));
    }
  }

  @Test
  void handsOnRowsAndMembersInTheirOrder() {
    assertThat(read(PAGES.get(1)))
        .containsExactly(
            "id=\"20250701_101112_00042_abcde\"",
            "nextUri=\"http://trino:8080/v1/statement/executing/20250701_101112_00042_abcde/y0/1\"",
            "columns=[{\"name\":\"a\\\"b\",\"type\":\"row(x bigint)\",\"typeSignature\":"
                + "{\"rawType\":\"row\",\"arguments\":[{\"kind\":\"NAMED_TYPE\"}]}}]",
            "[1,\"é\\\\\",\"\\\"data\\\":[[\"]",
            "[null,\"}]\",\"\\u005d😀\"]",
            "[[],{},{\"a\":[]}]",
            "[]",
            "[\"ab,cd\",-1.5E10,true]",
            "stats={\"state\":\"RUNNING\",\"rootStage\":{\"subStages\":[{\"subStages\":[]}]}}",
            "warnings=[]",
            "updateType=\"INSERT\"",
            "updateCount=0");
  }

  @Test
  void handsOnRowsThatComeBeforeTheirColumns() {
    assertThat(read(PAGES.get(2)))
        .containsExactly("[\"first\"]", "columns=[{\"name\":\"data\",\"type\":\"varchar\"}]");
  }

  @Test
  void readsWhiteSpaceAnywhere() {
    assertThat(read(PAGES.get(4)))
        .containsExactly("id=\"x\"", "[ 1 , \"a b\" ]", "[ 2 ]", "updateCount=12", "ok=true");
  }

  @ParameterizedTest
  @FieldSource("PAGES")
  void readsTheSameForEveryCut(String page) {
    byte[] bytes = page.getBytes(UTF_8);
    List<String> whole = read(page);

    for (int first = 0; first <= bytes.length; first++) {
      assertThat(read(bytes, LIMIT, first)).isEqualTo(whole);
    }
    int[] everywhere = new int[bytes.length];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = i;
    }
    assertThat(read(bytes, LIMIT, everywhere)).isEqualTo(whole);
    Random random = new Random(20250701);
    for (int run = 0; run < 1_000; run++) {
      int[] cuts = random.ints(1 + random.nextInt(6), 0, bytes.length).sorted().toArray();
      assertThat(read(bytes, LIMIT, cuts)).isEqualTo(whole);
    }
  }

  @Test
  void readsPiecesWithinLargerBuffers() {
    byte[] page = PAGES.get(1).getBytes(UTF_8);
    Recorder recorder = new Recorder();
    PageReader reader = new PageReader(recorder, LIMIT);
    for (int i = 0; i < page.length; i += 7) {
      int to = Math.min(page.length, i + 7);
      byte[] buffer = "[[[[[{{{{{\"\"\"\"\"]]]]]}}}}}".getBytes(UTF_8);
      System.arraycopy(page, i, buffer, 5, to - i);
      reader.read(buffer, 5, 5 + to - i);
      reader.read(buffer, 5, 5);
    }
    reader.end();

    assertThat(recorder.calls).isEqualTo(read(PAGES.get(1)));
  }

  @Test
  void readsARowOfTheGreatestLengthAndNoneThatIsLonger() {
    String longest = "[\"" + "x".repeat(96) + "\"]";
    String page = "{\"data\":[" + longest + "]}";
    byte[] bytes = page.getBytes(UTF_8);

    for (int cut = 0; cut <= bytes.length; cut++) {
      int at = cut;
      assertThat(read(bytes, 100, at)).containsExactly(longest);
      assertThatThrownBy(() -> read(bytes, 99, at))
          .isInstanceOf(UnreadablePageException.class)
          .hasMessage("a row is longer than 99 bytes");
    }
  }

  @Test
  void refusesARowWithoutEndBeforeItIsHeld() {
    PageReader reader = new PageReader(new Recorder(), 10_000);
    byte[] piece = "x".repeat(5_000).getBytes(UTF_8);
    byte[] start = "{\"data\":[[\"".getBytes(UTF_8);
    reader.read(start, 0, start.length);
    reader.read(piece, 0, piece.length);

    assertThatThrownBy(() -> reader.read(piece, 0, piece.length))
        .isInstanceOf(UnreadablePageException.class);
  }

  @Test
  void boundsEveryOtherMemberToo() {
    for (String page :
        List.of(
            "{\"stats\":{\"a\":\"" + "x".repeat(200) + "\"}}",
            "{\"id\":\"" + "x".repeat(200) + "\"}",
            "{\"" + "x".repeat(200) + "\":1}",
            "{\"updateCount\":" + "1".repeat(200) + "}")) {
      byte[] bytes = page.getBytes(UTF_8);
      for (int cut = 0; cut <= bytes.length; cut++) {
        int at = cut;
        assertThatThrownBy(() -> read(bytes, 100, at))
            .isInstanceOf(UnreadablePageException.class)
            .hasMessage("a member of the page is longer than 100 bytes");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "<html><body>502</body></html>",
        "{",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":\"x",
        "{\"id\":\"x\"",
        "{\"id\":}",
        "{\"id\",1}",
        "{id:1}",
        "{\"id\":1}}",
        "{\"id\":1}{\"id\":1}",
        "{\"data\":[",
        "{\"data\":[[1]",
        "{\"data\":[[1]]",
        "{\"data\":[[1],2]}",
        "{\"data\":[{\"a\":1}]}",
        "{\"data\":[[1}",
        "{\"data\":[\"a\"]}",
        "{\"data\":\"W10=\"}",
        "{\"data\":{\"encoding\":\"json\",\"segments\":[]}}",
        "{\"data\":7}",
        "{\"x\":\u0001}"
      })
  void refusesWhatIsNoPage(String page) {
    byte[] bytes = page.getBytes(UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      int at = cut;
      assertThatThrownBy(() -> read(bytes, LIMIT, at)).isInstanceOf(UnreadablePageException.class);
    }
  }

  private static List<String> read(String page) {
    return read(page.getBytes(UTF_8), LIMIT);
  }

  /** In a copy of each piece alone, so that nothing is read from beyond. */
  private static List<String> read(byte[] page, int limit, int... cuts) {
    Recorder recorder = new Recorder();
    PageReader reader = new PageReader(recorder, limit);
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : page.length;
      byte[] piece = Arrays.copyOfRange(page, from, to);
      reader.read(piece, 0, piece.length);
      from = to;
    }
    reader.end();
    return recorder.calls;
  }
}
