package dev.passgate.sql.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are to leave; grows as it is written to. Not thread-safe. */
public final class ByteOutput {

  private static final int FIRST_SIZE = 8 << 10;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  public void write(int b) {
    ensure(1);
    bytes[length++] = (byte) b;
  }

  public void write(byte[] source) {
    write(source, 0, source.length);
  }

  /** Writes from one index to before another. */
  public void write(byte[] source, int from, int to) {
    ensure(to - from);
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
    return taken;
  }

  private void ensure(int more) {
    if (more > bytes.length - length) {
      long doubled = Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length);
      bytes = Arrays.copyOf(bytes, (int) Math.max(doubled, Math.addExact(length, more)));
    }
  }
}
