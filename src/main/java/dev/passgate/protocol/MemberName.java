package dev.passgate.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The name of an object's member, from the pieces that it comes in. */
final class MemberName {

  /** A name may have every one of its characters escaped. */
  private static final int MAX_BYTES = 6 * Shape.Members.MAX_NAME_LENGTH;

  private final byte[] bytes = new byte[MAX_BYTES];
  private int length;

  void clear() {
    length = 0;
  }

  void append(byte[] source, int from, int to) {
    if (to - from > MAX_BYTES - length) {
      // Longer than all that are looked for; it stays so whatever follows.
      length = MAX_BYTES + 1;
      return;
    }
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  /** What the member of this name is, or null if it is skipped. */
  @Nullable Shape in(Shape.Members members) {
    if (length > MAX_BYTES) {
      return null;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\\') {
        String text = JsonStrings.decode(bytes, length);
        if (text == null) {
          return null;
        }
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        return members.get(plain, plain.length);
      }
    }
    return members.get(bytes, length);
  }
}
