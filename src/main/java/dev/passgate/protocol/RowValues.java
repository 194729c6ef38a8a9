package dev.passgate.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Goes through the values of a row, or of any JSON array, each as the text that Trino wrote; of an
 * object, through its names and values in turn. To be used for one container after the other; not
 * thread-safe.
 *
 * <p>Every value of every row goes by here, most of them short strings: they are searched for their
 * end eight bytes at a time, see {@link JsonSkipper}.
 */
public final class RowValues {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long MARKS = 0x8080_8080_8080_8080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;

  private final JsonSkipper skipper = new JsonSkipper();

  private byte[] bytes = new byte[0];
  private int limit;
  private int start;
  private int end;
  private boolean escaped;

  /**
   * Turns to another array or object.
   *
   * @param from of its opening bracket
   * @param to after its closing bracket
   */
  public RowValues of(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.limit = to - 1;
    this.end = from + 1;
    this.start = this.end;
    this.escaped = false;
    return this;
  }

  /** Goes to the next value; whether there is one. */
  public boolean next() {
    int i = end;
    while (i < limit && isBetween(bytes[i])) {
      i++;
    }
    start = i;
    escaped = false;
    if (i >= limit) {
      start = limit;
      end = limit;
      return false;
    }
    switch (bytes[i]) {
      case '"' -> end = endOfString(i + 1);
      case '[', '{' -> {
        skipper.enterContainer();
        end = skipper.skip(bytes, i + 1, limit);
      }
      default -> {
        while (i < limit && !isBetween(bytes[i])) {
          i++;
        }
        end = i;
      }
    }
    return true;
  }

  private static boolean isBetween(byte b) {
    return b == ',' || b == ':' || b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private int endOfString(int from) {
    byte[] text = bytes;
    int i = from;
    while (i < limit) {
      if (i <= limit - Long.BYTES) {
        long word = (long) LONGS.get(text, i);
        long hits = marks(word ^ QUOTES) | marks(word ^ BACKSLASHES);
        if (hits == 0) {
          i += Long.BYTES;
          continue;
        }
        i += Long.numberOfTrailingZeros(hits) / Byte.SIZE;
      }
      byte b = text[i];
      if (b == '"') {
        return i + 1;
      }
      if (b == '\\') {
        escaped = true;
        i++;
      }
      i++;
    }
    return limit;
  }

  /** Marks the lanes that are zero; those above the lowest mark may be wrong. */
  private static long marks(long word) {
    return (word - ONES) & ~word & MARKS;
  }

  /** How many bytes there are from the value's first to before the closing bracket. */
  public int left() {
    return limit - start;
  }

  /** Of the array's and so of the value's. */
  public byte[] bytes() {
    return bytes;
  }

  /** Of the value's first byte. */
  public int start() {
    return start;
  }

  /** After the value's last byte. */
  public int end() {
    return end;
  }

  public boolean isNull() {
    return bytes[start] == 'n';
  }

  public boolean isString() {
    return bytes[start] == '"';
  }

  /** Whether it is a string with a backslash in it. */
  public boolean isEscaped() {
    return escaped;
  }
}
