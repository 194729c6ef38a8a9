package dev.passgate.protocol;

import java.util.Arrays;

/**
 * Puts the outgoing bytes together: ranges of the current chunk, and values held back or put in the
 * place of others. Indexes are the chunk's.
 *
 * <p>Only the bytes of a value that may change are held, because it may go on in the next chunk and
 * the caller's chunk does not stay. At the end of a value that was kept whatever of it lies in the
 * current chunk is passed with its surroundings, so a chunk without a change goes out as one range.
 */
final class Splicer {

  private static final int INITIAL_SIZE = 512;

  private byte[] held = new byte[0];
  private int size;

  /** How much of the value came with earlier chunks. */
  private int sizeBefore;

  /** The first byte of the current chunk that has not gone out. */
  private int pending;

  /** Where the value starts in the current chunk. */
  private int valueStart;

  private boolean holding;

  void beginChunk(int start) {
    pending = start;
    valueStart = start;
    sizeBefore = size;
  }

  void endChunk(int end, JsonUriRewriter.Output out) {
    passUntil(holding ? valueStart : end, out);
  }

  /** A value starts, which is to be held until it is {@link #keep kept} or {@link #replace}d. */
  void beginValue(int at) {
    holding = true;
    size = 0;
    sizeBefore = 0;
    valueStart = at;
  }

  void hold(byte[] bytes, int from, int to) {
    int length = to - from;
    if (size + length > held.length) {
      held = Arrays.copyOf(held, Math.max(INITIAL_SIZE, Math.max(size + length, 2 * held.length)));
    }
    System.arraycopy(bytes, from, held, size, length);
    size += length;
  }

  byte[] held() {
    return held;
  }

  int size() {
    return size;
  }

  /** The value held goes out as it came. */
  void keep(JsonUriRewriter.Output out) {
    if (sizeBefore > 0) {
      out.insert(held, 0, sizeBefore);
    }
    release();
  }

  /** The value held, which ends at an index of the current chunk, does not go out. */
  void replace(int end, byte[] replacement, JsonUriRewriter.Output out) {
    passUntil(valueStart, out);
    out.insert(replacement, 0, replacement.length);
    pending = end;
    release();
  }

  /** No more chunks: what is held is all there is of a value that was cut. */
  void finish(JsonUriRewriter.Output out) {
    if (size > 0) {
      out.insert(held, 0, size);
    }
    release();
  }

  private void passUntil(int end, JsonUriRewriter.Output out) {
    if (end > pending) {
      out.pass(pending, end);
    }
  }

  private void release() {
    holding = false;
    size = 0;
    sizeBefore = 0;
  }
}
