package dev.passgate.testing.http;

/**
 * A request as it came over the wire.
 *
 * @param connection which connection it came on, counted from 1
 * @param head its bytes up to and with the empty line, one character a byte
 * @param body its content, one character a byte; of a chunked body without the framing
 */
public record RecordedRequest(int connection, String head, String body) implements HttpMessage {

  public String method() {
    return startLine().split(" ", -1)[0];
  }

  /** The request target, untouched. */
  public String target() {
    return startLine().split(" ", -1)[1];
  }
}
