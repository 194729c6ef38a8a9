package dev.passgate.testing.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 messages (RFC 9112) from a stream and keeps their bytes as they are. */
final class HttpBytes {

  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  private HttpBytes() {}

  /**
   * The head with the empty line after it, one character a byte, or null where the stream ends
   * before it begins.
   */
  static @Nullable String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < END_OF_HEAD.length) {
      int next = in.read();
      if (next < 0) {
        if (head.size() == 0) {
          return null;
        }
        throw new EOFException(
            "the stream ends within a head: " + head.toString(StandardCharsets.ISO_8859_1));
      }
      head.write(next);
      matched = next == END_OF_HEAD[matched] ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** The lines of a head without the empty one. */
  static List<String> lines(String head) {
    return List.copyOf(Arrays.asList(head.substring(0, head.length() - 4).split("\r\n", -1)));
  }

  /** The values of a header in the order of its lines; names are compared without case. */
  static List<String> values(List<String> lines, String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return lines.stream()
        .skip(1)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .toList();
  }

  static Optional<Integer> contentLength(List<String> lines) {
    return values(lines, "Content-Length").stream().findFirst().map(Integer::parseInt);
  }

  static boolean isChunked(List<String> lines) {
    return values(lines, "Transfer-Encoding").stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("chunked"));
  }

  static byte[] readFixed(InputStream in, int length) throws IOException {
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the stream ends after " + body.length + " of " + length + " bytes");
    }
    return body;
  }

  /** The content of a chunked body, without chunk sizes and trailers. */
  static byte[] readChunked(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String size = readLine(in).split(";", 2)[0].strip();
      int length = Integer.parseInt(size, 16);
      if (length == 0) {
        while (!readLine(in).isEmpty()) {
          // trailers
        }
        return body.toByteArray();
      }
      body.write(readFixed(in, length));
      readLine(in);
    }
  }

  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the stream ends within a chunked body");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
