package dev.passgate.sql.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A buffer of a record batch, little-endian, on the heap: what one batch takes is small, and so
 * there is nothing to release. Not thread-safe.
 */
final class ArrowBuffer {

  /** What the buffers of one result may take together. */
  static final class Budget {

    private final long limit;
    private long taken;

    /**
     * @param limit in bytes
     */
    Budget(long limit) {
      this.limit = limit;
    }

    private void take(long bytes) {
      taken += bytes;
      if (taken > limit) {
        throw new UnreadableResultException(
            "rows take more than " + limit + " bytes at once in Arrow");
      }
    }
  }

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FIRST_SIZE = 64;
  private static final int MAX_KEPT = 1 << 20;
  private static final byte[] NOTHING = {};

  private final Budget budget;
  private byte[] bytes = NOTHING;
  private int length;

  ArrowBuffer(Budget budget) {
    this.budget = budget;
  }

  int length() {
    return length;
  }

  void putByte(long value) {
    reserve(Byte.BYTES)[length++] = (byte) value;
  }

  void putShort(long value) {
    byte[] target = reserve(Short.BYTES);
    target[length++] = (byte) value;
    target[length++] = (byte) (value >> Byte.SIZE);
  }

  void putInt(int value) {
    INTS.set(reserve(Integer.BYTES), length, value);
    length += Integer.BYTES;
  }

  void putLong(long value) {
    LONGS.set(reserve(Long.BYTES), length, value);
    length += Long.BYTES;
  }

  void putZeros(int count) {
    byte[] target = reserve(count);
    Arrays.fill(target, length, length + count, (byte) 0);
    length += count;
  }

  void put(byte[] source, int from, int to) {
    System.arraycopy(source, from, reserve(to - from), length, to - from);
    length += to - from;
  }

  /** Makes room to write into from {@link #length()} on; {@link #advance} follows. */
  byte[] reserve(int more) {
    if (more > bytes.length - length) {
      long size = Math.max((long) length + more, Math.max(FIRST_SIZE, 2L * bytes.length));
      budget.take(size - bytes.length);
      bytes = Arrays.copyOf(bytes, Math.toIntExact(size));
    }
    return bytes;
  }

  void advance(int written) {
    length += written;
  }

  /** Sets the bit of an index, of which those before were set by this too. */
  void putBit(int index, boolean bit) {
    if ((index & 7) == 0) {
      putByte(bit ? 1 : 0);
    } else if (bit) {
      bytes[length - 1] |= (byte) (1 << (index & 7));
    }
  }

  void writeTo(ByteOutput out) {
    out.write(bytes, 0, length);
  }

  /** Empties it. What one large row took is not kept. */
  void clear() {
    length = 0;
    if (bytes.length > MAX_KEPT) {
      budget.take(-bytes.length);
      bytes = NOTHING;
    }
  }
}
