package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static dev.passgate.protocol.Rewriting.cut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.passgate.protocol.Rewriting.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** JSON, nearly JSON and not at all JSON of nst/JSONTestSuite, in the neighbourhood of a URI. */
class JsonTestSuiteTest {

  private static final int EVERY_CUT_UP_TO = 2_000;
  private static final byte[] OWN = bytes("\"nextUri\":\"http://trino:8080/x\"");
  private static final byte[] EXTERNAL = bytes("\"nextUri\":\"https://gateway.example/x\"");

  @Test
  void rewritesTheUriBeforeAnything() throws IOException {
    for (Path file : files("")) {
      byte[] value = Files.readAllBytes(file);
      for (String key : List.of(",\"x\":", ",\"data\":", ",\"data\":[[", ",", "")) {
        byte[] rest = joined(bytes(key), value, bytes("}"));
        check(file, joined(bytes("{"), OWN, rest), joined(bytes("{"), EXTERNAL, rest));
      }
    }
  }

  @Test
  void rewritesTheUriAfterAnythingValid() throws IOException {
    for (Path file : files("y_")) {
      byte[] value = Files.readAllBytes(file);
      for (String key : List.of("{\"x\":", "{\"data\":", "{\"data\":{\"segments\":")) {
        String end = key.endsWith("segments\":") ? "}," : ",";
        byte[] start = joined(bytes(key), value, bytes(end));
        check(file, joined(start, OWN, bytes("}")), joined(start, EXTERNAL, bytes("}")));
      }
      byte[] rows = joined(bytes("{\"data\":[[1,"), value, bytes("],["), value, bytes("]],"));
      check(file, joined(rows, OWN, bytes("}")), joined(rows, EXTERNAL, bytes("}")));
    }
  }

  @Test
  void leavesTheFilesThemselves() throws IOException {
    for (Path file : files("")) {
      byte[] document = Files.readAllBytes(file);
      check(file, document, document);
    }
  }

  private static void check(Path file, byte[] input, byte[] expected) {
    assertSame(file, Rewriting.whole(input), expected);
    Random random = new Random(input.length);
    boolean small = input.length <= EVERY_CUT_UP_TO;
    for (int i = 0; i < (small ? input.length : 50); i++) {
      int at = small ? i : random.nextInt(input.length);
      Memory memory = i % 2 == 0 ? Memory.HEAP_SLICE : Memory.DIRECT;
      assertSame(file, cut(input, memory, at), expected);
    }
    assertSame(file, cut(input, Memory.HEAP, Rewriting.everyByte(input.length)), expected);
  }

  /** Cheaper than AssertJ's description of a hundred thousand good cases. */
  private static void assertSame(Path file, byte[] actual, byte[] expected) {
    if (!Arrays.equals(actual, expected)) {
      assertThat(actual).describedAs("%s", file.getFileName()).isEqualTo(expected);
    }
  }

  private static byte[] joined(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static List<Path> files(String prefix) throws IOException {
    String corpora = System.getProperty("passgate.corpora", "");
    assumeThat(corpora)
        .describedAs("passgate.corpora names no folder: the JSON test suite is not here")
        .isNotEmpty();
    try (Stream<Path> files = Files.list(Path.of(corpora, "json-test-suite"))) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
