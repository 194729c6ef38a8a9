package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static dev.passgate.protocol.Rewriting.cut;
import static dev.passgate.protocol.Rewriting.everyByte;
import static dev.passgate.protocol.Rewriting.randomCuts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.protocol.Rewriting.Memory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The output does not depend on where the input is cut. */
class SplitPointsTest {

  static final List<String> DOCUMENTS =
      List.of(
          """
          {"id":"20250701_101112_00042_abcde","infoUri":"http://trino:8080/ui/query.html?20250701_101112_00042_abcde",\
          "partialCancelUri":"http://trino:8080/v1/statement/executing/partialCancel/20250701_101112_00042_abcde/1/y0/1",\
          "nextUri":"http://trino:8080/v1/statement/executing/20250701_101112_00042_abcde/y0/1",\
          "columns":[{"name":"a\\"b","type":"row(x bigint)","typeSignature":{"rawType":"row","arguments":[{"kind":"NAMED_TYPE"}]}}],\
          "data":[[1,"é\\\\","\\"nextUri\\":\\"http://trino:8080/\\""],[null,"}]","\\u005d"],[[],{},{"a":[]}]],\
          "stats":{"state":"RUNNING","rootStage":{"subStages":[{"subStages":[]}]}},"warnings":[]}
          """,
          """
          \uFEFF { "data" : { "encoding" : "json+zstd", "metadata" : {"uri":"http://trino:8080/m"}, "segments" : [
            {"type":"spooled","uri":"http:\\/\\/trino:8080\\/v1\\/spooled\\/download\\/aa%3D","ackUri":"http://trino:8080/v1/spooled/ack/aa=",
             "metadata":{"rowOffset":0,"uri":"http://trino:8080/no"},"headers":{"x-amz":["k\\"ey"]}},
            {"type":"inline","data":"W1sxXV0=","metadata":{}},
            {"type":"spooled","uri":"https://store.example/spool?X-Amz-Signature=00\\u0026x","ackUri":"http://trino:8080/v1/spooled/ack/b"} ] },
            "next\\u0055ri" : "\\u0068ttp://trino:8080/v1/statement/executing/x/y/2", "nextUri":"HTTP://TRINO:8080/twice" }
          {"infoUri":"https://elsewhere.example/i","nextUri":"http://trino:8080"}
          """,
          """
          {"error":{"message":"line 1:1: mismatched \\"input\\" \\\\\\\\\\\\","errorCode":1,"stack":["[","{"]},"infoUri":"http://trino:8080/i\\\\\\"","warnings":[{"x":"\\\\"}],\
          "nextUri":"http://trino:8080/cut off in the mid\
          """,
          "{\"stats\":{]]],\"nextUri\":\"http://trino:8080/a\"}}}\\\"{\"nextUri\":\"http://trino:8080/b\"[{\\}\"\\\"]}]\"");

  @ParameterizedTest
  @FieldSource("DOCUMENTS")
  void givesTheSameForEveryCutInTwo(String document) {
    byte[] input = bytes(document);
    byte[] expected = Rewriting.whole(input);
    for (Memory memory : Memory.values()) {
      for (int at = 0; at <= input.length; at++) {
        assertThat(cut(input, memory, at)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("DOCUMENTS")
  void givesTheSameForSingleBytesAndRandomCuts(String document) {
    byte[] input = bytes(document);
    byte[] expected = Rewriting.whole(input);
    Random random = new Random(20250701);
    for (Memory memory : Memory.values()) {
      assertThat(cut(input, memory, everyByte(input.length))).isEqualTo(expected);
      for (int i = 0; i < 1_000; i++) {
        assertThat(cut(input, memory, randomCuts(input.length, random))).isEqualTo(expected);
      }
    }
  }

  /** Bytes of all that means anything, in no order: the words of eight against the single bytes. */
  @Test
  void givesTheSameForNonsense() {
    byte[] alphabet = bytes("\"\"\"\\\\[[]]{}:,xYy_é u0");
    byte[][] pieces = {
      bytes("{\"nextUri\":\"http://trino:8080/"), bytes("{\"data\":["), bytes("\"segments\":[")
    };
    Random random = new Random(42);
    for (int run = 0; run < 5_000; run++) {
      byte[] input = new byte[40 + random.nextInt(200)];
      for (int i = 0; i < input.length; i++) {
        input[i] = alphabet[random.nextInt(alphabet.length)];
      }
      byte[] piece = pieces[run % pieces.length];
      System.arraycopy(piece, 0, input, run % 5, piece.length);
      byte[] expected = cut(input, Memory.HEAP, everyByte(input.length));

      assertThat(cut(input, Memory.HEAP)).isEqualTo(expected);
      assertThat(cut(input, Memory.HEAP, randomCuts(input.length, random))).isEqualTo(expected);
      assertThat(cut(input, Memory.DIRECT, randomCuts(input.length, random))).isEqualTo(expected);
    }
  }
}
