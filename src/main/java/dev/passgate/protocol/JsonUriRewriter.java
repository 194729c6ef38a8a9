package dev.passgate.protocol;

import java.nio.ByteBuffer;

/**
 * Rewrites the URIs in a JSON answer of Trino while it streams, and leaves every other byte as it
 * is: white space, order, escapes, and also what is not valid JSON.
 *
 * <p>The text arrives in chunks cut anywhere. What leaves is told to an {@link Output} as ranges of
 * the chunk at hand and as bytes to insert between them; a chunk in which nothing changes is one
 * range, its whole. At most {@value #MAX_URI_BYTES} bytes of a URI are held between chunks, and
 * nothing else, so memory does not depend on the size of an answer.
 *
 * <p>Serves one answer, and is not thread-safe: chunks come one after the other.
 */
public final class JsonUriRewriter {

  /** The longest URI that is rewritten, in bytes between its quotes. */
  public static final int MAX_URI_BYTES = 16 * 1024;

  private static final int WINDOW_SIZE = 8 * 1024;

  /** Takes what leaves, in order. */
  public interface Output {

    /**
     * Bytes of the current chunk leave as they are.
     *
     * @param start the first, as an absolute index of the chunk's buffer
     * @param end the index after the last, greater than {@code start}
     */
    void pass(int start, int end);

    /** Bytes leave that are not in the current chunk. The array is only lent until this returns. */
    void insert(byte[] bytes, int offset, int length);
  }

  private final Splicer splicer = new Splicer();
  private final UriScanner scanner;
  private byte[] window = new byte[0];
  private boolean closed;

  private JsonUriRewriter(Shape document, UriMapping mapping) {
    this.scanner = new UriScanner(document, mapping, splicer);
  }

  /**
   * For {@code io.trino.client.QueryResults}, what {@code /v1/statement} answers: the values of
   * {@code nextUri}, {@code infoUri} and {@code partialCancelUri} at the top, and of {@code uri}
   * and {@code ackUri} in {@code data.segments}.
   */
  public static JsonUriRewriter forQueryResults(UriMapping mapping) {
    return new JsonUriRewriter(Shape.QUERY_RESULTS, mapping);
  }

  /** For {@code io.trino.execution.QueryInfo}: the value of {@code self} at the top. */
  public static JsonUriRewriter forQueryInfo(UriMapping mapping) {
    return new JsonUriRewriter(Shape.QUERY_INFO, mapping);
  }

  /** For a list of {@code io.trino.server.BasicQueryInfo}: the value of {@code self} in each. */
  public static JsonUriRewriter forQueryInfos(UriMapping mapping) {
    return new JsonUriRewriter(Shape.QUERY_INFOS, mapping);
  }

  /**
   * Takes the next chunk: the bytes between the buffer's position and its limit. Neither of them is
   * moved, and the buffer is neither written to nor kept.
   *
   * @throws UriTooLongException if a URI that the mapping is concerned with is longer than {@value
   *     #MAX_URI_BYTES} bytes. The answer must then be cut: none of that URI has left, and this
   *     rewriter takes nothing more
   */
  public void rewrite(ByteBuffer chunk, Output out) {
    checkOpen();
    int start = chunk.position();
    int end = chunk.limit();
    // Closed until the end, so that neither a long URI nor a failure of the caller's can be passed
    // over by going on with the next chunk.
    closed = true;
    splicer.beginChunk(start);
    if (chunk.hasArray()) {
      int offset = chunk.arrayOffset();
      scanner.scan(chunk.array(), offset + start, offset + end, -offset, out);
    } else {
      scanThroughWindow(chunk, start, end, out);
    }
    splicer.endChunk(end, out);
    closed = false;
  }

  /** No more chunks: lets go of what is held of a URI that was cut. */
  public void finish(Output out) {
    checkOpen();
    closed = true;
    splicer.finish(out);
  }

  /**
   * Looks at memory outside of the heap through a window that stays in the first-level cache. The
   * copy costs a few percent, and there is one scanner, over arrays, instead of one that must be
   * compiled for two kinds of buffers.
   */
  private void scanThroughWindow(ByteBuffer chunk, int start, int end, Output out) {
    if (window.length < Math.min(end - start, WINDOW_SIZE)) {
      window = new byte[Math.min(end - start, WINDOW_SIZE)];
    }
    for (int at = start; at < end; at += window.length) {
      int length = Math.min(end - at, window.length);
      chunk.get(at, window, 0, length);
      scanner.scan(window, 0, length, at, out);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the answer has ended or was cut");
    }
  }
}
