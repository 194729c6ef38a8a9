package dev.passgate.testing.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What requests and responses have in common as they come over the wire. */
public sealed interface HttpMessage permits RawResponse, RecordedRequest {

  /** Its bytes up to and with the empty line, one character a byte. */
  String head();

  /** Its content, one character a byte; of a chunked body without the framing. */
  String body();

  /** The request line or the status line. */
  default String startLine() {
    return HttpBytes.lines(head()).getFirst();
  }

  /** Every header line, in order and as it was written. */
  default List<String> headerLines() {
    List<String> lines = HttpBytes.lines(head());
    return lines.subList(1, lines.size());
  }

  /** The values of a header, in order; names are compared without case. */
  default List<String> headers(String name) {
    return HttpBytes.values(HttpBytes.lines(head()), name);
  }

  /** The content as bytes. */
  default byte[] bytes() {
    return body().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The content, read as UTF-8. */
  default String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
