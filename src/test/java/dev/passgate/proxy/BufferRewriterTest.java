package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.protocol.JsonUriRewriter;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.OriginMapping;
import dev.passgate.protocol.UriTooLongException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

@ParameterizedClass
@EnumSource(BufferRewriterTest.Memory.class)
class BufferRewriterTest {

  enum Memory {
    HEAP,
    DIRECT
  }

  private static final String DOCUMENT =
      "{\"id\":\"20260301_101530_00001_abcde\",\"infoUri\":\"http://trino:8080/ui/q?x\","
          + "\"nextUri\" : \"http:\\/\\/trino:8080/v1/statement/é/1\",\"partialCancelUri\":"
          + "\"http://else.example/a\\u00e9\",\"data\":[[\"http://trino:8080/\",1]],\"x\":\"\"}";

  private static final String REWRITTEN =
      "{\"id\":\"20260301_101530_00001_abcde\",\"infoUri\":\"https://gateway.example/ui/q?x\","
          + "\"nextUri\" : \"https://gateway.example/v1/statement/\\u00e9/1\",\"partialCancelUri\":"
          + "\"http://else.example/a\\u00e9\",\"data\":[[\"http://trino:8080/\",1]],\"x\":\"\"}";

  private static final byte[] BYTES = DOCUMENT.getBytes(StandardCharsets.UTF_8);

  @Parameter private Memory memory = Memory.HEAP;

  private @Nullable BufferPool pool;

  private BufferPool pool() {
    if (pool == null) {
      pool = memory == Memory.HEAP ? BufferPool.heap() : BufferPool.direct();
    }
    return pool;
  }

  private BufferRewriter rewriter() {
    return new BufferRewriter(
        JsonUriRewriter.forQueryResults(
            new OriginMapping(
                Origin.parse("http://trino:8080"), Origin.parse("https://gateway.example"))),
        pool());
  }

  @Test
  void rewritesADocumentCutInTwoAnywhere() {
    for (int cut = 0; cut <= BYTES.length; cut++) {
      BufferRewriter rewriter = rewriter();
      Answer answer = new Answer();
      answer.add(rewriter.next(pool().buffer(BYTES, 0, cut)));
      answer.add(rewriter.next(pool().buffer(BYTES, cut, BYTES.length)));
      answer.add(rewriter.last());

      assertThat(answer.text()).as("cut at %s", cut).isEqualTo(REWRITTEN);
    }
    pool().assertAllReleased();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 16, 33, 64})
  void rewritesADocumentInPiecesOfAnySize(int size) {
    BufferRewriter rewriter = rewriter();
    Answer answer = new Answer();
    for (int at = 0; at < BYTES.length; at += size) {
      answer.add(rewriter.next(pool().buffer(BYTES, at, Math.min(at + size, BYTES.length))));
    }
    answer.add(rewriter.last());

    assertThat(answer.text()).isEqualTo(REWRITTEN);
    pool().assertAllReleased();
  }

  @Test
  void rewritesABufferOfSeveralPieces() {
    for (int cut = 1; cut < DOCUMENT.length() - 1; cut++) {
      BufferRewriter rewriter = rewriter();
      Answer answer = new Answer();
      int second = Math.min(DOCUMENT.length() - 1, cut + 9);
      answer.add(
          rewriter.next(
              pool()
                  .composite(
                      DOCUMENT.substring(0, cut),
                      DOCUMENT.substring(cut, second),
                      DOCUMENT.substring(second))));
      answer.add(rewriter.last());

      assertThat(answer.text()).as("cut at %s", cut).isEqualTo(REWRITTEN);
    }
    pool().assertAllReleased();
  }

  @Test
  void readsFromTheReadPositionOfABuffer() {
    DataBuffer buffer = pool().buffer("skipped" + DOCUMENT);
    buffer.readPosition("skipped".length());
    BufferRewriter rewriter = rewriter();
    Answer answer = new Answer();
    answer.add(rewriter.next(buffer));
    answer.add(rewriter.last());

    assertThat(answer.text()).isEqualTo(REWRITTEN);
    pool().assertAllReleased();
  }

  @Test
  void passesABufferOnWhereNothingChanges() {
    DataBuffer buffer = pool().buffer("{\"data\":[[1]],\"infoUri\":\"http://else.example/\"}");
    BufferRewriter rewriter = rewriter();

    assertThat(rewriter.next(buffer)).isSameAs(buffer);
    assertThat(rewriter.last()).isNull();
    assertThat(pool().givenCount()).isEqualTo(1);
    DataBufferUtils.release(buffer);
    pool().assertAllReleased();
  }

  @Test
  void holdsBackNothingButTheStartOfAUri() {
    BufferRewriter rewriter = rewriter();
    Answer answer = new Answer();
    answer.add(rewriter.next(pool().buffer("{\"data\":[[1]],\"nextUri\":\"http://tri")));
    assertThat(answer.text()).startsWith("{\"data\":[[1]],\"nextUri\":");

    assertThat(rewriter.next(pool().buffer("no:80"))).isNull();
    answer.add(rewriter.last());

    assertThat(answer.text()).isEqualTo("{\"data\":[[1]],\"nextUri\":\"http://trino:80");
    pool().assertAllReleased();
  }

  @Test
  void keepsTheStartOfAUriThatTurnsOutToBeForeignAtTheEndOfTheNextBuffer() {
    BufferRewriter rewriter = rewriter();
    Answer answer = new Answer();
    answer.add(rewriter.next(pool().buffer("{\"nextUri\":\"http://else")));
    answer.add(rewriter.next(pool().buffer(".example/1\"")));
    answer.add(rewriter.next(pool().buffer("}")));
    answer.add(rewriter.last());

    assertThat(answer.text()).isEqualTo("{\"nextUri\":\"http://else.example/1\"}");
    pool().assertAllReleased();
  }

  @Test
  void takesEmptyBuffers() {
    BufferRewriter rewriter = rewriter();
    Answer answer = new Answer();
    for (String part : List.of("", DOCUMENT, "")) {
      answer.add(rewriter.next(pool().buffer(part)));
    }
    answer.add(rewriter.last());

    assertThat(answer.text()).isEqualTo(REWRITTEN);
    pool().assertAllReleased();
  }

  @Test
  void releasesWhatItHoldsWhereAUriIsTooLong() {
    BufferRewriter rewriter = rewriter();
    Answer answer = new Answer();
    answer.add(rewriter.next(pool().buffer("{\"infoUri\":\"http://trino:8080/a\",\"nextUri\":\"")));
    DataBuffer tooLong =
        pool().buffer("http://trino:8080/" + "x".repeat(JsonUriRewriter.MAX_URI_BYTES));

    assertThatThrownBy(() -> rewriter.next(tooLong)).isInstanceOf(UriTooLongException.class);

    assertThat(answer.text()).doesNotContain("trino");
    pool().assertAllReleased();
  }

  @Test
  void releasesTheChangedCopyWhereTheSameBufferFailsLater() {
    BufferRewriter rewriter = rewriter();
    DataBuffer buffer =
        pool()
            .buffer(
                "{\"infoUri\":\"http://trino:8080/a\",\"nextUri\":\"http://trino:8080/"
                    + "x".repeat(JsonUriRewriter.MAX_URI_BYTES));

    assertThatThrownBy(() -> rewriter.next(buffer)).isInstanceOf(UriTooLongException.class);

    pool().assertAllReleased();
  }

  @Test
  void takesNothingMoreAfterAFailure() {
    BufferRewriter rewriter = rewriter();
    DataBuffer tooLong =
        pool()
            .buffer(
                "{\"nextUri\":\"http://trino:8080/" + "x".repeat(JsonUriRewriter.MAX_URI_BYTES));
    assertThatThrownBy(() -> rewriter.next(tooLong)).isInstanceOf(UriTooLongException.class);

    assertThatThrownBy(() -> rewriter.next(pool().buffer("}")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(rewriter::last).isInstanceOf(IllegalStateException.class);
    pool().assertAllReleased();
  }

  /** What left, as the client would read it. */
  private static final class Answer {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void add(@Nullable DataBuffer buffer) {
      if (buffer != null) {
        byte[] read = new byte[buffer.readableByteCount()];
        buffer.read(read);
        bytes.writeBytes(read);
        DataBufferUtils.release(buffer);
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
