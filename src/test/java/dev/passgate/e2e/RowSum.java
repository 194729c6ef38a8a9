package dev.passgate.e2e;

/**
 * What rows come to, whatever their order: how many they are, and the sum and the exclusive or of a
 * hash of each. Values are taken as text, of ASCII alone.
 */
public final class RowSum {

  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long rows;
  private long sum;
  private long xor;
  private long hash = BASIS;

  /** Takes the next value of a row. */
  public void value(byte[] text, int from, int to) {
    long hashed = hash;
    for (int i = from; i < to; i++) {
      hashed = (hashed ^ text[i]) * PRIME;
    }
    hash = (hashed ^ 0xff) * PRIME;
  }

  /** Takes the next value of a row. */
  public void value(String text) {
    long hashed = hash;
    for (int i = 0; i < text.length(); i++) {
      hashed = (hashed ^ text.charAt(i)) * PRIME;
    }
    hash = (hashed ^ 0xff) * PRIME;
  }

  /** Ends a row; how many there are now. */
  public long end() {
    // FNV-1a alone changes too little of the upper bits for a sum (the end of MurmurHash3)
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    mixed ^= mixed >>> 33;
    sum += mixed;
    xor ^= mixed;
    hash = BASIS;
    return ++rows;
  }

  public long rows() {
    return rows;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowSum that && rows == that.rows && sum == that.sum && xor == that.xor;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sum);
  }

  @Override
  public String toString() {
    return rows + " rows of " + Long.toHexString(sum) + " and " + Long.toHexString(xor);
  }
}
