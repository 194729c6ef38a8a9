package dev.passgate.sql.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are to leave; grows as it is written to, to a limit. Not thread-safe. */
public final class ByteOutput {

  private static final int FIRST_SIZE = 8 << 10;
  private static final int MAX_KEPT = 1 << 20;
  private static final int DEFAULT_LIMIT = 256 << 20;

  private final int limit;
  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  public ByteOutput() {
    this(DEFAULT_LIMIT);
  }

  /**
   * With a limit of its own.
   *
   * @param limit the most bytes that may wait to be taken
   */
  public ByteOutput(int limit) {
    this.limit = limit;
  }

  public void write(int b) {
    reserve(1);
    bytes[length++] = (byte) b;
  }

  public void write(byte[] source) {
    write(source, 0, source.length);
  }

  /** Writes from one index to before another. */
  public void write(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  /** Writes text as UTF-8. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes wait to be taken. */
  public int size() {
    return length;
  }

  /** What was written since this was called last. */
  public byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    if (bytes.length > MAX_KEPT) {
      bytes = new byte[FIRST_SIZE];
    }
    return taken;
  }

  /** Takes back what was written since there were so many bytes. */
  void truncate(int size) {
    length = size;
  }

  /** What waits, from the start; to be read before anything else is written. */
  byte[] array() {
    return bytes;
  }

  /**
   * Makes room to write into {@link #array()} from {@link #size()} on; {@link #advance} follows.
   */
  byte[] reserve(int more) {
    if (more > bytes.length - length) {
      grow(more);
    }
    return bytes;
  }

  void advance(int written) {
    length += written;
  }

  private void grow(int more) {
    long needed = (long) length + more;
    if (needed > limit) {
      throw new UnreadableResultException("rows take more than " + limit + " bytes at once");
    }
    bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(limit, 2L * bytes.length)));
  }
}
