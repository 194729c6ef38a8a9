package dev.passgate.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The characters between the quotes of a JSON string (RFC 8259 section 7). */
final class JsonStrings {

  private static final HexFormat HEX = HexFormat.of();

  private JsonStrings() {}

  /**
   * The text that bytes stand for, or null where they are not a string: an unknown or unfinished
   * escape, or bytes that are not UTF-8. Raw control characters, which JSON forbids, stand for
   * themselves, and an escaped lone surrogate for itself.
   */
  static @Nullable String decode(byte[] bytes, int length) {
    StringBuilder text = new StringBuilder(length);
    return decode(bytes, length, text) == length ? text.toString() : null;
  }

  /** The text up to the first thing that {@link #decode} would not understand. */
  static String decodeStart(byte[] bytes, int length) {
    StringBuilder text = new StringBuilder(length);
    decode(bytes, length, text);
    return text.toString();
  }

  private static int decode(byte[] bytes, int length, StringBuilder text) {
    int i = 0;
    while (i < length) {
      int next;
      if (bytes[i] == '\\') {
        next = decodeEscape(bytes, i, length, text);
      } else if (bytes[i] >= 0) {
        text.append((char) bytes[i]);
        next = i + 1;
      } else {
        next = decodeUtf8(bytes, i, length, text);
      }
      if (next < 0) {
        return i;
      }
      i = next;
    }
    return length;
  }

  private static int decodeEscape(byte[] bytes, int at, int length, StringBuilder text) {
    if (at + 1 >= length) {
      return -1;
    }
    int plain =
        switch (bytes[at + 1]) {
          case '"', '\\', '/' -> bytes[at + 1];
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> -1;
        };
    if (plain >= 0) {
      text.append((char) plain);
      return at + 2;
    }
    if (bytes[at + 1] != 'u' || at + 6 > length) {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      if (!HexFormat.isHexDigit(bytes[i])) {
        return -1;
      }
      unit = unit << 4 | HexFormat.fromHexDigit(bytes[i]);
    }
    text.append((char) unit);
    return at + 6;
  }

  private static int decodeUtf8(byte[] bytes, int at, int length, StringBuilder text) {
    int end = at + 1;
    while (end < length && bytes[end] < 0) {
      end++;
    }
    try {
      CharBuffer run =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, end - at));
      text.append(run);
      return end;
    } catch (CharacterCodingException e) {
      return -1;
    }
  }

  /**
   * The bytes that stand for a text. All but visible ASCII is escaped, so that a lone surrogate,
   * which UTF-8 has no bytes for, comes out as it went in.
   */
  static byte[] encode(String text) {
    StringBuilder json = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        json.append(c);
      } else {
        json.append("\\u").append(HEX.toHexDigits(c));
      }
    }
    return json.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
