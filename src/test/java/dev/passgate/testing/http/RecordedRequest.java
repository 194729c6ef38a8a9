package dev.passgate.testing.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request as it came over the wire.
 *
 * @param connection which connection it came on, counted from 1
 * @param head its bytes up to and with the empty line, one character a byte
 * @param body its content, one character a byte; of a chunked body without the framing
 */
public record RecordedRequest(int connection, String head, String body) {

  public String requestLine() {
    return HttpBytes.lines(head).getFirst();
  }

  public String method() {
    return requestLine().split(" ", -1)[0];
  }

  /** The request target, untouched. */
  public String target() {
    return requestLine().split(" ", -1)[1];
  }

  /** Every header line, in order and as it was written. */
  public List<String> headerLines() {
    List<String> lines = HttpBytes.lines(head);
    return lines.subList(1, lines.size());
  }

  /** The values of a header, in order; names are compared without case. */
  public List<String> headers(String name) {
    return HttpBytes.values(HttpBytes.lines(head), name);
  }

  public byte[] bytes() {
    return body.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The content, read as UTF-8. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
