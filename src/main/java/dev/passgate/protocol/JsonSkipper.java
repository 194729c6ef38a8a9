package dev.passgate.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where a string or a whole container ends, through any number of pieces.
 *
 * <p>This is where nearly all bytes of a page of rows go by, so it reads eight of them at a time,
 * and as rows are full of short strings it does not branch on quotes either: which bytes lie inside
 * of strings is computed for all eight at once, as simdjson does (Langdale and Lemire, "Parsing
 * Gigabytes of JSON per Second", 2019), only in a long. A lane is one byte of the long; a mark is
 * the highest bit of a lane.
 *
 * <p>Brackets are counted, not matched: which kind closes which is for a parser to complain about.
 * A backslash takes the meaning of the byte after it, also outside of strings, where only invalid
 * JSON has one. Not thread-safe.
 */
final class JsonSkipper {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long MARKS = 0x8080_8080_8080_8080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;

  /** What all of {@code [ ] { }} have in common; {@code Y y _} and DEL have it too. */
  private static final long BRACKET_BITS = ~(0x26 * ONES);

  private static final long BRACKETS = ('[' & ~0x26) * ONES;

  /** Moves the bit that opening brackets have, and closing ones have not, to the mark. */
  private static final int OPENING_BIT = 6;

  /** Moves the bit that closing brackets have, and opening ones have not, to the mark. */
  private static final int CLOSING_BIT = 5;

  /** Of the container; a long, because an endless run of brackets overflows an int in seconds. */
  private long depth;

  private boolean inString;
  private boolean escaped;

  /** To be called after the bracket that opens a container. */
  void enterContainer() {
    depth = 1;
    inString = false;
    escaped = false;
  }

  /** To be called after the quote that opens a string, or anywhere in one. */
  void enterString(boolean afterBackslash) {
    depth = 0;
    inString = true;
    escaped = afterBackslash;
  }

  /** Whether the end of what was entered has been passed. */
  boolean isDone() {
    return depth == 0 && !inString;
  }

  /**
   * Goes on with what was entered.
   *
   * @return the index after its last byte if {@link #isDone()}, else {@code to}
   */
  int skip(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && !isDone()) {
      i = depth == 0 ? skipWordsOfString(bytes, i, to) : skipWordsOfContainer(bytes, i, to);
      for (int stop = Math.min(i + Long.BYTES, to); i < stop && !isDone(); i++) {
        step(bytes[i]);
      }
    }
    return i;
  }

  private void step(byte b) {
    if (escaped) {
      escaped = false;
      return;
    }
    switch (b) {
      case '\\' -> escaped = true;
      case '"' -> inString = !inString;
      case '[', '{' -> depth += inString ? 0 : 1;
      case ']', '}' -> depth -= inString ? 0 : 1;
      default -> {}
    }
  }

  /** Goes to the first word with a byte that matters. */
  private int skipWordsOfString(byte[] bytes, int from, int to) {
    if (escaped) {
      return from;
    }
    int i = from;
    while (i <= to - Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      if ((lanesOf(QUOTES, word) | lanesOf(BACKSLASHES, word)) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    return i;
  }

  private int skipWordsOfContainer(byte[] bytes, int from, int to) {
    long level = depth;
    long inside = inString ? -1 : 0; // every bit says the same
    long dead = escaped ? 0x80 : 0; // marks the lanes after a backslash
    int i = from;
    while (i <= to - Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      long quotes = lanesOf(QUOTES, word);
      long backslashes = lanesOf(BACKSLASHES, word);
      long brackets = lanesOf(BRACKETS, word & BRACKET_BITS);
      long deadNext = 0;
      if ((backslashes | dead) != 0) {
        long active = active(backslashes, dead);
        dead |= active << 8;
        deadNext = active >>> 56;
        quotes &= ~dead;
        brackets &= ~dead;
      }
      dead = deadNext;
      // The mark of a lane in the product is the parity of the quotes up to and with that lane:
      // counts are at most 8, and what they overflow into are not marks.
      long strings = (quotes * ONES) ^ inside;
      inside = strings >> 63;
      brackets &= ~strings;
      if (brackets != 0) {
        // Of what is like a bracket only brackets have one of the two bits.
        long mayOpen = word << OPENING_BIT;
        long mayClose = word << CLOSING_BIT;
        long opening = brackets & mayOpen & ~mayClose;
        long closing = brackets & mayClose & ~mayOpen;
        int closed = Long.bitCount(closing);
        if (closed >= level) {
          int length = lengthToEnd(level, opening, closing);
          if (length > 0) {
            depth = 0;
            inString = false;
            escaped = false;
            return i + length;
          }
        }
        level += Long.bitCount(opening) - closed;
      }
      i += Long.BYTES;
    }
    depth = level;
    inString = inside != 0;
    escaped = dead != 0;
    return i;
  }

  /** Marks the lanes of a word that hold the byte which fills the pattern; it must be ASCII. */
  private static long lanesOf(long pattern, long word) {
    long nonZero = ((word & ~MARKS) ^ pattern) + ~MARKS;
    return ~nonZero & ~word & MARKS;
  }

  /** The backslashes that stand before something, not after another of them. */
  private static long active(long backslashes, long dead) {
    long candidates = backslashes & ~dead;
    if ((candidates & (candidates << 8)) == 0) {
      return candidates;
    }
    long active = 0;
    for (long left = candidates; left != 0; ) {
      long first = Long.lowestOneBit(left);
      active |= first;
      left &= ~(first | first << 8);
    }
    return active;
  }

  /** How many lanes it takes to get from a level to 0, or 0 if it is not reached in this word. */
  private static int lengthToEnd(long level, long opening, long closing) {
    long at = level;
    for (long left = opening | closing; left != 0; left &= left - 1) {
      at += (opening & Long.lowestOneBit(left)) != 0 ? 1 : -1;
      if (at == 0) {
        return Long.numberOfTrailingZeros(left) / Byte.SIZE + 1;
      }
    }
    return 0;
  }
}
