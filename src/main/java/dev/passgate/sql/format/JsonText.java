package dev.passgate.sql.format;

/** Strings of JSON as they are without their escapes. */
final class JsonText {

  private static final int REPLACEMENT = 0xFFFD;

  private JsonText() {}

  /**
   * Writes what stands between the quotes, without its escapes, as UTF-8. That is never longer.
   *
   * @return the index in the target after the last byte
   */
  static int unescape(byte[] source, int from, int to, byte[] target, int at) {
    int end = at;
    int i = from;
    while (i < to) {
      byte b = source[i++];
      if (b != '\\' || i == to) {
        target[end++] = b;
        continue;
      }
      byte kind = source[i++];
      switch (kind) {
        case 'b' -> target[end++] = '\b';
        case 'f' -> target[end++] = '\f';
        case 'n' -> target[end++] = '\n';
        case 'r' -> target[end++] = '\r';
        case 't' -> target[end++] = '\t';
        case 'u' -> {
          int unit = unit(source, i, to);
          i = Math.min(to, i + 4);
          int codePoint = unit;
          if (unit >= 0xD800 && unit <= 0xDFFF) {
            int low =
                i + 1 < to && source[i] == '\\' && source[i + 1] == 'u'
                    ? unit(source, i + 2, to)
                    : -1;
            boolean pair = unit <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF;
            codePoint = pair ? Character.toCodePoint((char) unit, (char) low) : REPLACEMENT;
            i += pair ? 6 : 0;
          }
          end = utf8(codePoint, target, end);
        }
        default -> target[end++] = kind;
      }
    }
    return end;
  }

  private static int unit(byte[] source, int from, int to) {
    if (to - from < 4) {
      return REPLACEMENT;
    }
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(source[i], 16);
      if (digit < 0) {
        return REPLACEMENT;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  private static int utf8(int codePoint, byte[] target, int at) {
    int end = at;
    if (codePoint < 0x80) {
      target[end++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      target[end++] = (byte) (0xC0 | (codePoint >> 6));
      target[end++] = (byte) (0x80 | (codePoint & 0x3F));
    } else {
      if (codePoint < 0x10000) {
        target[end++] = (byte) (0xE0 | (codePoint >> 12));
      } else {
        target[end++] = (byte) (0xF0 | (codePoint >> 18));
        target[end++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      }
      target[end++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
      target[end++] = (byte) (0x80 | (codePoint & 0x3F));
    }
    return end;
  }
}
